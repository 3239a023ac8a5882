<?php
/** Loads the plugin as WordPress does, takes the steps that come as JSON, and answers what each gave as JSON. */

require __DIR__ . '/stubs.php';

$given = json_decode(stream_get_contents(STDIN), true, 64, JSON_THROW_ON_ERROR);
$GLOBALS['wp']['options']['sobmedida'] = $given['settings'];
require $given['plugin'] . '/sobmedida.php';
do_action('init');
do_action('admin_init');

/** What a site's own filters say of its posts: under which name, and what else is true of them. */
function filters(array $told): bool
{
    add_filter('sobmedida_content_id', fn(string $name): string => $told['name']);
    add_filter('sobmedida_content', fn(array $item): array => $told['item'] + $item);
    return true;
}

function save(array $post): array
{
    $kept = (object) ($post + ['post_type' => 'post', 'post_status' => 'publish', 'post_password' => '', 'post_title' => 'Sem nome']);
    $GLOBALS['wp']['posts'][$kept->ID] = $kept;
    do_action('save_post', $kept->ID, $kept, true);
    do_action('wp_after_insert_post', $kept->ID, $kept, true);
    return $GLOBALS['wp']['events'];
}

function remove(int $id): array
{
    do_action('before_delete_post', $id);
    unset($GLOBALS['wp']['posts'][$id], $GLOBALS['wp']['meta'][$id]);
    return $GLOBALS['wp']['events'];
}

/** What cron does: every event that waits, each once. */
function later(): int
{
    $events = $GLOBALS['wp']['events'];
    $GLOBALS['wp']['events'] = [];
    foreach ($events as [$hook, $arguments]) {
        do_action($hook, ...$arguments);
    }
    return count($events);
}

function configure(array $settings): bool
{
    $GLOBALS['wp']['options']['sobmedida'] = $settings;
    return true;
}

function page(string $content): string
{
    $GLOBALS['wp']['enqueued'] = [];
    $body = do_shortcode($content);
    $head = '';
    foreach (array_keys($GLOBALS['wp']['enqueued']) as $name) {
        if (isset($GLOBALS['wp']['scripts'][$name])) {
            $tag = '<script src="' . esc_attr($GLOBALS['wp']['scripts'][$name]) . '" id="' . $name . '-js"></script>';
            $head .= apply_filters('script_loader_tag', $tag, $name, '') . "\n";
        }
    }
    return "<!doctype html><html lang=\"pt-BR\"><head><meta charset=\"utf-8\"><title>Loja</title>\n<style>"
        . file_get_contents($GLOBALS['given']['plugin'] . '/banner.css') . "</style>\n$head</head><body>$body</body></html>";
}

function block(array $attributes): string
{
    return $GLOBALS['wp']['blocks']['sobmedida/banner']($attributes, '<p>Frete calculado no carrinho.</p>');
}

function token(int $user): array
{
    $GLOBALS['wp']['user'] = $user;
    $GLOBALS['wp']['status'] = 200;
    ob_start();
    try {
        do_action($user ? 'wp_ajax_sobmedida_token' : 'wp_ajax_nopriv_sobmedida_token');
    } catch (Halt $end) {
    }
    return [$GLOBALS['wp']['status'], ob_get_clean()];
}

function form(array $sent): array
{
    $GLOBALS['wp']['options']['sobmedida'] = ($GLOBALS['wp']['sanitize'])($sent);
    ob_start();
    sobmedida_settings_page();
    return [$GLOBALS['wp']['options']['sobmedida'], ob_get_clean(), $GLOBALS['wp']['errors']];
}

$told = [];
foreach ($given['steps'] as [$step, $argument]) {
    $told[] = $argument === null ? $step() : $step($argument);
}
echo json_encode($told, JSON_THROW_ON_ERROR);
