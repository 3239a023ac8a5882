<?php
/** Where the service is, and the keys. Those that are secret stay on the server: they are never printed, not even to an
 *  administrator. Constants in wp-config.php go before what was saved, and keep secrets out of the database. */

defined('ABSPATH') || exit;

const SOBMEDIDA_SECRETS = ['ingest_key', 'site_secret'];
const SOBMEDIDA_FIELDS = [
    'base_url' => 'Address of the service',
    'publishable_key' => 'Publishable key (smp_...), which stands in every page',
    'ingest_key' => 'Key with the scope ingest (smk_...), for pages that change',
    'site_secret' => 'Site secret, for tokens of who is logged in',
    'consent' => 'Consent: contextual, granted, or empty for what the page says itself',
];

/** One setting: SOBMEDIDA_BASE_URL, SOBMEDIDA_INGEST_KEY and so on, else what was saved. */
function sobmedida_setting(string $name): string
{
    $constant = 'SOBMEDIDA_' . strtoupper($name);
    if (defined($constant)) {
        return (string) constant($constant);
    }
    $saved = get_option('sobmedida', []);
    return is_array($saved) && isset($saved[$name]) ? (string) $saved[$name] : '';
}

/** The service's address without a slash at its end; empty for what is no web address. */
function sobmedida_base(): string
{
    $base = rtrim(trim(sobmedida_setting('base_url')), '/');
    return preg_match('~^https?://[^\s"\'<>?#]+$~', $base) ? $base : '';
}

/** What is saved of a form: a secret that was left empty stays as it was, and no key of the wrong kind goes into pages. */
function sobmedida_sanitize($given): array
{
    $kept = get_option('sobmedida', []);
    $kept = is_array($kept) ? $kept : [];
    foreach (array_keys(SOBMEDIDA_FIELDS) as $name) {
        $value = is_array($given) && isset($given[$name]) ? sanitize_text_field((string) $given[$name]) : '';
        if ($value === '' && in_array($name, SOBMEDIDA_SECRETS, true)) {
            continue;
        }
        if ($name === 'publishable_key' && $value !== '' && strpos($value, 'smp_') !== 0) {
            add_settings_error('sobmedida', $name, 'That is no publishable key, so it was not put into your pages.');
            continue;
        }
        $kept[$name] = $value;
    }
    return $kept;
}

add_action('admin_init', function (): void {
    register_setting('sobmedida', 'sobmedida', ['type' => 'array', 'sanitize_callback' => 'sobmedida_sanitize']);
});

add_action('admin_menu', function (): void {
    add_options_page('Sob Medida', 'Sob Medida', 'manage_options', 'sobmedida', 'sobmedida_settings_page');
});

function sobmedida_settings_page(): void
{
    echo '<div class="wrap"><h1>Sob Medida</h1><form method="post" action="options.php"><table class="form-table">';
    settings_fields('sobmedida');
    foreach (SOBMEDIDA_FIELDS as $name => $label) {
        $secret = in_array($name, SOBMEDIDA_SECRETS, true);
        $value = sobmedida_setting($name);
        printf(
            '<tr><th><label for="sobmedida-%1$s">%2$s</label></th><td><input class="regular-text" id="sobmedida-%1$s" '
            . 'name="sobmedida[%1$s]" type="%3$s" value="%4$s" placeholder="%5$s" autocomplete="off"%6$s></td></tr>',
            esc_attr($name),
            esc_html($label),
            $secret ? 'password' : 'text',
            $secret ? '' : esc_attr($value),
            $secret && $value !== '' ? 'kept' : '',
            defined('SOBMEDIDA_' . strtoupper($name)) ? ' disabled' : ''
        );
    }
    echo '</table>';
    submit_button();
    echo '</form></div>';
}
