<?php
/** Pages become content of the service as they are saved, so that copy which rests on one is quarantined when it changes.
 *  Saving a page never fails over it: where the service does not answer, it is told again later. */

defined('ABSPATH') || exit;

const SOBMEDIDA_PUSHED = '_sobmedida_pushed';
const SOBMEDIDA_AGAIN = [60, 300, 1800, 7200, 18000];
const SOBMEDIDA_LOCALES = ['pt' => 'pt-BR', 'en' => 'en', 'es' => 'es'];

/** Which post this is in the service. */
function sobmedida_content_id(int $post_id): string
{
    return apply_filters('sobmedida_content_id', 'wp-' . get_current_blog_id() . '-' . $post_id, $post_id);
}

/** Whether anybody may read it: published, of a public type, without a password. */
function sobmedida_is_public($post): bool
{
    $types = apply_filters('sobmedida_post_types', ['post', 'page']);
    return $post->post_status === 'publish' && $post->post_password === '' && in_array($post->post_type, $types, true);
}

/** The text of it: no markup, blank lines between paragraphs, nothing that shortcodes would print for one visitor. */
function sobmedida_text(string $content): string
{
    $content = preg_replace('/<!--.*?-->/s', '', strip_shortcodes($content));
    $content = preg_replace('~</(p|h[1-6]|li|blockquote|figcaption|div|td)>|<br\s*/?>~i', "$0\n\n", $content);
    $text = html_entity_decode(wp_strip_all_tags($content), ENT_QUOTES | ENT_HTML5, 'UTF-8');
    return trim(preg_replace('/[ \t]*\n\s*\n\s*/', "\n\n", $text));
}

/** The post as a content item. The filter `sobmedida_content` may add facts: a price, what it was before, until when. */
function sobmedida_item($post): array
{
    $language = strtolower(substr(get_locale(), 0, 2));
    $tags = array_merge(
        wp_get_post_terms($post->ID, 'category', ['fields' => 'slugs']) ?: [],
        wp_get_post_terms($post->ID, 'post_tag', ['fields' => 'slugs']) ?: []
    );
    $item = [
        'kind' => 'article',
        'title' => html_entity_decode(wp_strip_all_tags(get_the_title($post)), ENT_QUOTES | ENT_HTML5, 'UTF-8'),
        'body' => sobmedida_text($post->post_content),
        'tags' => array_slice(array_values(array_unique($tags)), 0, 100),
        'url' => get_permalink($post),
    ];
    if (isset(SOBMEDIDA_LOCALES[$language])) {
        $item['locale'] = SOBMEDIDA_LOCALES[$language];
    }
    $image = get_the_post_thumbnail_url($post, 'large');
    if ($image) {
        $item['image_url'] = $image;
        $item['image_alt'] = (string) get_post_meta(get_post_thumbnail_id($post), '_wp_attachment_image_alt', true);
    }
    return apply_filters('sobmedida_content', array_filter($item, fn($value) => $value !== '' && $value !== []), $post);
}

/** Keeps the post in the service, or takes it out of use; whether the service took it. */
function sobmedida_tell(int $post_id): bool
{
    $post = get_post($post_id);
    $item = $post && sobmedida_is_public($post) ? sobmedida_item($post) : null;
    if ($item === null || empty($item['title']) || empty($item['body'])) {
        return sobmedida_forget($post_id);
    }
    // before it is told: a post that was perhaps taken is one that may have to be taken out again
    update_post_meta($post_id, SOBMEDIDA_PUSHED, '1');
    return sobmedida_request('PUT', sobmedida_content_id($post_id), $item);
}

/** Takes a post out of use that was told before. */
function sobmedida_forget(int $post_id): bool
{
    if (get_post_meta($post_id, SOBMEDIDA_PUSHED, true) !== '1') {
        return true;
    }
    $done = sobmedida_request('DELETE', sobmedida_content_id($post_id));
    if ($done) {
        delete_post_meta($post_id, SOBMEDIDA_PUSHED);
    }
    return $done;
}

/** Whether the service took it, or never will. */
function sobmedida_request(string $method, string $content_id, ?array $item = null): bool
{
    $key = sobmedida_setting('ingest_key');
    if (sobmedida_base() === '' || $key === '') {
        return true;
    }
    $answer = wp_remote_request(sobmedida_base() . '/v1/content/' . rawurlencode($content_id), [
        'method' => $method,
        'timeout' => 5,
        'redirection' => 0,
        'headers' => ['Authorization' => 'Bearer ' . $key, 'Content-Type' => 'application/json'],
        'body' => $item === null ? null : wp_json_encode($item),
    ]);
    if (is_wp_error($answer)) {
        return false;
    }
    $status = (int) wp_remote_retrieve_response_code($answer);
    if ($status >= 400 && $status !== 404) {
        error_log('sobmedida: ' . $method . ' of ' . $content_id . ' was answered with ' . $status);
    }
    // what is wrong in itself is wrong the next time, too
    return $status < 400 || in_array($status, [404, 409, 413, 422], true);
}

/** Now, and later once more where the service did not take it. */
function sobmedida_push(int $post_id, int $failed = 0): void
{
    if (!sobmedida_tell($post_id) && isset(SOBMEDIDA_AGAIN[$failed])) {
        wp_schedule_single_event(time() + SOBMEDIDA_AGAIN[$failed], 'sobmedida_push_again', [$post_id, $failed + 1]);
    }
}

/** Every save of a post, once: in the block editor tags and pictures come after `save_post`, so there it waits for them. */
function sobmedida_saved(int $post_id, bool $by_editor): void
{
    if ((defined('REST_REQUEST') && REST_REQUEST) !== $by_editor) {
        return;
    }
    if (!wp_is_post_revision($post_id) && !wp_is_post_autosave($post_id)) {
        sobmedida_push($post_id);
    }
}

add_action('save_post', fn(int $post_id) => sobmedida_saved($post_id, false), 20);
add_action('wp_after_insert_post', fn(int $post_id) => sobmedida_saved($post_id, true), 20);
add_action('before_delete_post', function (int $post_id): void {
    if (!sobmedida_forget($post_id)) {
        wp_schedule_single_event(time() + SOBMEDIDA_AGAIN[0], 'sobmedida_delete_again', [sobmedida_content_id($post_id), 1]);
    }
});
add_action('sobmedida_push_again', 'sobmedida_push', 10, 2);
add_action('sobmedida_delete_again', function (string $content_id, int $failed): void {
    if (!sobmedida_request('DELETE', $content_id) && isset(SOBMEDIDA_AGAIN[$failed])) {
        wp_schedule_single_event(time() + SOBMEDIDA_AGAIN[$failed], 'sobmedida_delete_again', [$content_id, $failed + 1]);
    }
}, 10, 2);
