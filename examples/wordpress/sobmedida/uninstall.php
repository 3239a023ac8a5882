<?php
/** What the plugin kept goes with it. What it pushed stays in the service. */

defined('WP_UNINSTALL_PLUGIN') || exit;

delete_option('sobmedida');
delete_post_meta_by_key('_sobmedida_pushed');
wp_unschedule_hook('sobmedida_push_again');
wp_unschedule_hook('sobmedida_delete_again');
