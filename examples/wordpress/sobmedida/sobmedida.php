<?php
/**
 * Plugin Name: Sob Medida
 * Description: Shows approved copy in your pages, and tells the service what the pages say.
 * Version: 0.1.0
 * Requires at least: 6.0
 * Requires PHP: 7.4
 * License: Apache-2.0
 * Text Domain: sobmedida
 */

defined('ABSPATH') || exit;

require_once __DIR__ . '/includes/settings.php';
require_once __DIR__ . '/includes/banner.php';
require_once __DIR__ . '/includes/content.php';
require_once __DIR__ . '/includes/token.php';
