//! stub
use presence_core::Problem;
pub(crate) async fn check(_: &[presence_host::Shortcut]) -> Vec<Problem> {
    Vec::new()
}
