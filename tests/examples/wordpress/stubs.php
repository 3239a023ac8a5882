<?php
/** As much of WordPress as the plugin calls. HTTP is real; the rest is kept in arrays. */

define('ABSPATH', __DIR__ . '/');
error_reporting(E_ALL);
set_error_handler(function (int $level, string $told, string $file, int $line): bool {
    if (!(error_reporting() & $level)) {
        return false;
    }
    throw new ErrorException($told, 0, $level, $file, $line);
});

class Halt extends Exception
{
}

class WP_Error
{
}

$GLOBALS['wp'] = [
    'hooks' => [], 'options' => [], 'posts' => [], 'meta' => [], 'terms' => [], 'scripts' => [], 'styles' => [],
    'enqueued' => [], 'shortcodes' => [], 'blocks' => [], 'events' => [], 'user' => 0, 'headers' => [], 'errors' => [],
];

function add_filter(string $name, callable $work, int $priority = 10, int $takes = 1): void
{
    $GLOBALS['wp']['hooks'][$name][$priority][] = [$work, $takes];
}

function add_action(string $name, callable $work, int $priority = 10, int $takes = 1): void
{
    add_filter($name, $work, $priority, $takes);
}

function apply_filters(string $name, $value, ...$more)
{
    $hooks = $GLOBALS['wp']['hooks'][$name] ?? [];
    ksort($hooks);
    foreach ($hooks as $works) {
        foreach ($works as [$work, $takes]) {
            $value = $work(...array_slice([$value, ...$more], 0, $takes));
        }
    }
    return $value;
}

function do_action(string $name, ...$given): void
{
    apply_filters($name, ...($given ?: [null]));
}

function get_option(string $name, $else = false)
{
    return $GLOBALS['wp']['options'][$name] ?? $else;
}

function add_settings_error(string $setting, string $code, string $told): void
{
    $GLOBALS['wp']['errors'][] = $code;
}

function register_setting(string $group, string $name, array $how): void
{
    $GLOBALS['wp']['sanitize'] = $how['sanitize_callback'];
}

function add_options_page(...$given): void
{
}

function settings_fields(string $group): void
{
}

function submit_button(): void
{
}

function sanitize_text_field(string $text): string
{
    return trim(strip_tags($text));
}

function esc_attr(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES);
}

function esc_html(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES);
}

function wp_kses_post(string $html): string
{
    return preg_replace('~<script.*?</script>~is', '', $html);
}

function wp_strip_all_tags(string $html): string
{
    return trim(strip_tags(preg_replace('~<(script|style)[^>]*>.*?</\1>~is', '', $html)));
}

function add_shortcode(string $name, callable $work): void
{
    $GLOBALS['wp']['shortcodes'][$name] = $work;
}

function shortcode_atts(array $known, array $given, string $name): array
{
    return array_merge($known, array_intersect_key($given, $known));
}

function do_shortcode(string $text): string
{
    return preg_replace_callback('~\[(\w+)([^\]]*)\](?:(.*?)\[/\1\])?~s', function (array $found): string {
        preg_match_all('~(\w+)="([^"]*)"~', $found[2], $pairs);
        $work = $GLOBALS['wp']['shortcodes'][$found[1]] ?? null;
        return $work ? $work(array_combine($pairs[1], $pairs[2]), $found[3] ?? '') : $found[0];
    }, $text);
}

function strip_shortcodes(string $text): string
{
    return preg_replace('~\[(\w+)([^\]]*)\](?:(.*?)\[/\1\])?~s', '', $text);
}

function register_block_type(string $folder, array $how): void
{
    $told = json_decode(file_get_contents($folder . '/block.json'), true, 16, JSON_THROW_ON_ERROR);
    $GLOBALS['wp']['blocks'][$told['name']] = $how['render_callback'];
}

function wp_register_script(string $name, string $src, array $needs, $version, $footer): void
{
    $GLOBALS['wp']['scripts'][$name] = $src;
}

function wp_register_style(string $name, string $src, array $needs, string $version): void
{
    $GLOBALS['wp']['styles'][$name] = $src;
}

function wp_enqueue_script(string $name): void
{
    $GLOBALS['wp']['enqueued'][$name] = true;
}

function wp_enqueue_style(string $name): void
{
    $GLOBALS['wp']['enqueued'][$name] = true;
}

function plugins_url(string $path, string $file): string
{
    return '/wp-content/plugins/sobmedida/' . $path;
}

function admin_url(string $path, string $scheme): string
{
    return '/wp-admin/' . $path;
}

function get_post(int $id)
{
    return $GLOBALS['wp']['posts'][$id] ?? null;
}

function get_the_title($post): string
{
    return $post->post_title;
}

function get_permalink($post): string
{
    return 'https://loja.example/?p=' . $post->ID;
}

function get_locale(): string
{
    return 'pt_BR';
}

function get_current_blog_id(): int
{
    return 1;
}

function wp_get_post_terms(int $id, string $taxonomy, array $how): array
{
    return $taxonomy === 'category' ? ['cafe'] : [];
}

function get_the_post_thumbnail_url($post, string $size)
{
    return $post->thumbnail ?? false;
}

function get_post_thumbnail_id($post): int
{
    return 900;
}

function get_post_meta(int $id, string $name, bool $single)
{
    return $GLOBALS['wp']['meta'][$id][$name] ?? '';
}

function update_post_meta(int $id, string $name, string $value): void
{
    $GLOBALS['wp']['meta'][$id][$name] = $value;
}

function delete_post_meta(int $id, string $name): void
{
    unset($GLOBALS['wp']['meta'][$id][$name]);
}

function wp_is_post_revision(int $id): bool
{
    return get_post($id)->post_type === 'revision';
}

function wp_is_post_autosave(int $id): bool
{
    return false;
}

function wp_json_encode($value): string
{
    return json_encode($value, JSON_THROW_ON_ERROR);
}

function wp_schedule_single_event(int $when, string $hook, array $given): void
{
    $GLOBALS['wp']['events'][] = [$hook, $given];
}

function wp_remote_request(string $url, array $how)
{
    $headers = [];
    foreach ($how['headers'] as $name => $value) {
        $headers[] = $name . ': ' . $value;
    }
    $context = stream_context_create(['http' => [
        'method' => $how['method'], 'header' => $headers, 'content' => $how['body'] ?? '', 'ignore_errors' => true,
        'timeout' => $how['timeout'], 'follow_location' => 0,
    ]]);
    $body = @file_get_contents($url, false, $context);
    if ($body === false) {
        return new WP_Error();
    }
    preg_match('~^HTTP/\S+ (\d+)~', $http_response_header[0], $found);
    return ['code' => (int) $found[1], 'body' => $body];
}

function is_wp_error($answer): bool
{
    return $answer instanceof WP_Error;
}

function wp_remote_retrieve_response_code(array $answer): int
{
    return $answer['code'];
}

function get_current_user_id(): int
{
    return $GLOBALS['wp']['user'];
}

function nocache_headers(): void
{
}

function status_header(int $status): void
{
    $GLOBALS['wp']['status'] = $status;
}

function wp_die(string $told = '', string $title = '', array $how = []): void
{
    throw new Halt($told);
}
