<?php
/** Tells the browser of whoever is logged in a token that names them to the service; nobody else gets one. A page of
 *  another site cannot read it: nothing here allows that, and browsers then do not. */

defined('ABSPATH') || exit;

/** The same as in examples/server-helpers. $lead is an external id, never an e-mail address. */
function sobmedida_site_token(string $secret, string $lead, ?int $now = null): string
{
    $encode = fn(string $raw): string => rtrim(strtr(base64_encode($raw), '+/', '-_'), '=');
    $claims = ['sub' => $lead, 'exp' => ($now ?? time()) + 600];
    $signed = $encode(json_encode(['alg' => 'HS256', 'typ' => 'JWT'])) . '.' . $encode(json_encode($claims));
    return $signed . '.' . $encode(hash_hmac('sha256', $signed, $secret, true));
}

/** Which lead a user is: `wp-user-7`, unless the filter `sobmedida_lead` knows better; empty for none. */
function sobmedida_lead(int $user_id): string
{
    return $user_id > 0 ? (string) apply_filters('sobmedida_lead', 'wp-user-' . $user_id, $user_id) : '';
}

function sobmedida_answer_token(): void
{
    $secret = sobmedida_setting('site_secret');
    $lead = sobmedida_lead(get_current_user_id());
    nocache_headers();
    header('Cache-Control: private, no-store');
    header('Content-Type: text/plain; charset=utf-8');
    if ($secret === '' || $lead === '' || strpos($lead, '@') !== false) {
        status_header(401);
        wp_die('', '', ['response' => 401]);
    }
    echo sobmedida_site_token($secret, $lead);
    wp_die('', '', ['response' => 200]);
}

add_action('wp_ajax_sobmedida_token', 'sobmedida_answer_token');
add_action('wp_ajax_nopriv_sobmedida_token', 'sobmedida_answer_token');
