<?php
/** What a site's server signs for the lead that is logged in: good for ten minutes. Copy the function.
 *  $secret is that of GET /v1/keys/site-secret, $lead an external id, never an e-mail address. */
function sobmedida_site_token(string $secret, string $lead, ?int $now = null): string
{
    $encode = fn(string $raw): string => rtrim(strtr(base64_encode($raw), '+/', '-_'), '=');
    $claims = ['sub' => $lead, 'exp' => ($now ?? time()) + 600];
    $signed = $encode(json_encode(['alg' => 'HS256', 'typ' => 'JWT'])) . '.' . $encode(json_encode($claims));
    return $signed . '.' . $encode(hash_hmac('sha256', $signed, $secret, true));
}

if (PHP_SAPI === 'cli' && isset($argv[2]) && realpath($argv[0]) === __FILE__) {
    echo sobmedida_site_token($argv[1], $argv[2], isset($argv[3]) ? (int) $argv[3] : null), "\n";
}
