//! The least: one thread, the item in the tray and an HTTP client.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    presence_floor::run().await
}
