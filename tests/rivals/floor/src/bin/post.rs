//! A bare POST: for each line of the standard input sets the status that it names (or the first one) by a connection
//! that is kept, and prints the response's status when it is there.

use std::time::Duration;

use presence_floor::{Graph, STATUSES, client};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let graph = Graph::from_environment(client(Duration::from_secs(90))?)?;
    for line in std::io::stdin().lines() {
        let line = line?;
        let named = STATUSES.iter().find(|status| status.label == line);
        let status = runtime.block_on(graph.set(named.unwrap_or(&STATUSES[0])))?;
        println!("{}", status.as_u16());
    }
    Ok(())
}
