<?php
/** The block and the shortcode. Both print the same for every visitor, so that page caches may keep the page: who is
 *  looking is asked by the browser, afterwards. */

defined('ABSPATH') || exit;

/** The element for a placement, with the page's own content in it, which stays on any failure. */
function sobmedida_banner(array $given, string $own = ''): string
{
    $placement = isset($given['placement']) ? trim((string) $given['placement']) : '';
    if (sobmedida_base() === '' || !preg_match('/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/', $placement)) {
        return $own;
    }
    wp_enqueue_script('sobmedida');
    wp_enqueue_style('sobmedida');
    $attributes = ['placement' => $placement];
    $consent = isset($given['consent']) ? (string) $given['consent'] : sobmedida_setting('consent');
    foreach (['consent' => $consent, 'context' => $given['context'] ?? '', 'locale' => $given['locale'] ?? ''] as $name => $value) {
        if ((string) $value !== '') {
            $attributes[$name] = (string) $value;
        }
    }
    if (sobmedida_setting('site_secret') !== '') {
        $attributes['token-url'] = admin_url('admin-ajax.php?action=sobmedida_token', 'relative');
        if (!empty($given['personal'])) {
            $attributes['personal'] = '';
        }
    }
    $told = '';
    foreach ($attributes as $name => $value) {
        $told .= ' ' . $name . ($value === '' ? '' : '="' . esc_attr($value) . '"');
    }
    return '<sobmedida-banner' . $told . '>' . $own . '</sobmedida-banner>';
}

/** [sobmedida_banner placement="home"]What stays on any failure[/sobmedida_banner] */
function sobmedida_shortcode($given, $content = ''): string
{
    $known = ['placement' => '', 'context' => '', 'locale' => '', 'personal' => '', 'consent' => null];
    $given = shortcode_atts($known, is_array($given) ? $given : [], 'sobmedida_banner');
    return sobmedida_banner(array_filter($given, 'is_string'), wp_kses_post(do_shortcode((string) $content)));
}

add_action('init', function (): void {
    wp_register_script('sobmedida', sobmedida_base() . '/embed.js', [], null, false);
    wp_register_style('sobmedida', plugins_url('banner.css', __DIR__), [], '0.1.0');
    add_shortcode('sobmedida_banner', 'sobmedida_shortcode');
    register_block_type(dirname(__DIR__) . '/block', [
        'render_callback' => function (array $given, string $own = ''): string {
            return sobmedida_banner($given, $own);
        },
    ]);
});

add_filter('script_loader_tag', function (string $tag, string $handle): string {
    if ($handle !== 'sobmedida') {
        return $tag;
    }
    $key = esc_attr(sobmedida_setting('publishable_key'));
    return str_replace('<script ', '<script async data-key="' . $key . '" ', $tag);
}, 10, 2);
