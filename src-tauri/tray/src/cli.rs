//! Owns the command line's words; refuses to act on them.

use std::time::Duration;

use clap::{Parser, Subcommand};
use presence_core::Status;

/// Keeps your Microsoft Teams presence where you want it, from the tray.
#[derive(Debug, Parser)]
#[command(name = "presence-tray", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Start the program in the foreground (without a command: start it, or open its window).
    Run {
        /// Open no window on the first run.
        #[arg(long)]
        hidden: bool,
    },
    /// Want a status, until you change it or for a while.
    Set {
        /// available, in-a-call, in-a-conference-call, away or presenting.
        status: Status,
        /// For how long: 45m, 1h30m or PT45M; 5 minutes to 24 hours.
        #[arg(long = "for", value_name = "SPAN", value_parser = span)]
        lasts: Option<Duration>,
    },
    /// Want a status, or go back from it to what was wanted before.
    Toggle {
        /// available, in-a-call, in-a-conference-call, away or presenting.
        status: Status,
    },
    /// End our presence session.
    Clear,
    /// Say what is wanted, what the session says, and what colleagues see.
    Status {
        /// As one JSON object.
        #[arg(long)]
        json: bool,
        /// Again at every change.
        #[arg(long)]
        watch: bool,
    },
    /// Sign in with your browser, or with a code on another device.
    SignIn {
        /// Show a code to type on another device.
        #[arg(long)]
        device_code: bool,
    },
    /// Clear the session and forget the sign-in.
    SignOut,
    /// Open the window.
    Open,
    /// Read the configuration again.
    Reload,
    /// End the program.
    Quit,
}

/// `45m`, `1h30m`, `90s`, `PT45M`.
fn span(text: &str) -> Result<Duration, String> {
    let wrong = || format!("\"{text}\" is not a span such as 45m, 1h30m or PT45M");
    let lower = text.to_ascii_lowercase();
    let mut rest = lower.strip_prefix("pt").unwrap_or(&lower);
    let mut seconds = 0u64;
    for (unit, worth) in [('h', 3600), ('m', 60), ('s', 1)] {
        if let Some((number, after)) = rest.split_once(unit) {
            let count: u64 = number.parse().map_err(|_| wrong())?;
            seconds = count
                .checked_mul(worth)
                .and_then(|more| seconds.checked_add(more))
                .ok_or_else(wrong)?;
            rest = after;
        }
    }
    if !rest.is_empty() || lower.len() < 2 {
        return Err(wrong());
    }
    if !(300..=24 * 3600).contains(&seconds) {
        return Err("a timed status lasts 5 minutes to 24 hours".to_owned());
    }
    Ok(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn spans_are_read_as_people_write_them() {
        for (text, seconds) in
            [("45m", 2700), ("1h30m", 5400), ("PT45M", 2700), ("24h", 86400), ("300s", 300)]
        {
            assert_eq!(span(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["30s", "25h", "", "m", "1x", "h", "-5m", "45", "1m1h", "99999999999999999999h"]
        {
            assert!(span(text).is_err(), "{text}");
        }
    }
}
