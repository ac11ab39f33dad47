<?php
// What lightwire.php calls of WordPress, and an editor at work; each of these does what the real one does to a post.
error_reporting(E_ALL);
set_error_handler(fn($no, $told) => throw new ErrorException($told));
define('LIGHTWIRE_URL', getenv('URL'));
define('LIGHTWIRE_SECRET', getenv('SECRET'));
class WP_Post { public $ID = 7; public $post_type = 'post'; public $post_status = 'draft'; public $post_title = 'The old pier opens again';
    public $post_content = 'From Monday on.'; public $post_name = 'old-pier'; public $post_password = ''; public $post_author = '3';
    public $guid = 'https://harbour.example/?p=7'; public $post_date_gmt = '2026-11-26 09:00:00'; public $post_modified_gmt = '2026-11-26 09:00:00'; }
$hooks = []; $later = [];
function add_action($name, $does, $order, $takes) { $GLOBALS['hooks'][$name] = $does; }
function apply_filters($name, $text) { return "<p>$text</p>"; }
function wp_json_encode($said) { return json_encode($said); }
function get_permalink($post) { return 'https://harbour.example/old-pier/'; }
function get_the_post_thumbnail_url($post, $size) { return false; }
function wp_remote_post($url, $told) {
    $headers = array_map(fn($name, $value) => "$name: $value", array_keys($told['headers']), $told['headers']);
    $made = stream_context_create(['http' => ['method' => 'POST', 'header' => $headers, 'content' => $told['body'],
        'ignore_errors' => true, 'timeout' => $told['timeout']]]);
    try { $body = file_get_contents($url, false, $made); } catch (ErrorException $away) { return null; }
    return ['body' => $body, 'code' => (int) explode(' ', $http_response_header[0])[1]];
}
function wp_remote_retrieve_response_code($answer) { return $answer['code'] ?? ''; }
function wp_remote_retrieve_body($answer) { return $answer['body'] ?? ''; }
function wp_schedule_single_event($at, $hook, $with) { $GLOBALS['later'][] = [$hook, $with]; }

require getenv('SNIPPET');

// What the editor does, a word each: the status that is saved, `delete`, `cron` (what was put off), or `type:` and `modified:`.
$post = new WP_Post();
foreach (array_slice($argv, 1) as $act) {
    if (str_starts_with($act, 'modified:')) { $post->post_modified_gmt = substr($act, 9); continue; }
    if (str_starts_with($act, 'date:')) { $post->post_date_gmt = substr($act, 5); continue; }
    if (str_starts_with($act, 'type:')) { $post->post_type = substr($act, 5); continue; }
    if ($act === 'cron') { [$hook, $with] = array_shift($later); $hooks[$hook](...$with); continue; }
    if ($act === 'delete') { $hooks['before_delete_post']($post->ID, $post); continue; }
    $before = clone $post;
    $post->post_status = $act;
    $hooks['wp_after_insert_post']($post->ID, $post, true, $before);
}
echo count($later);
