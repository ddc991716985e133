//! Owns the way of a face in another process through the door; refuses to open it.

use std::io;

use presence_core::{Command, Outcome, Problem, t};
use presence_wire::text;
use serde::Deserialize;
use tokio::io::{BufReader, ReadHalf, WriteHalf};

use super::{DoorError, Read, Request, Response, Turn, os, read_line, write_line};
use crate::{Change, ConfigReport, Diagnosis, Profile, Snapshot};

/// A face in another process: the command line, the window.
pub struct Client {
    read: BufReader<ReadHalf<os::Stream>>,
    write: WriteHalf<os::Stream>,
    resident: Option<u32>,
}

impl Client {
    /// Knocks at the door of `profile`.
    ///
    /// # Errors
    /// [`DoorError::NobodyHome`] when no resident runs there.
    pub async fn connect(profile: &Profile) -> Result<Client, DoorError> {
        let stream = os::connect(profile).await?;
        let resident = os::other_side(&stream);
        let (read, write) = tokio::io::split(stream);
        Ok(Client { read: BufReader::new(read), write, resident })
    }

    /// The process id of the resident, where the system says it of a local socket.
    pub fn resident(&self) -> Option<u32> {
        self.resident
    }

    /// Asks for `command` and waits for its outcome.
    ///
    /// # Errors
    /// When the connection breaks or the resident is of another version.
    pub async fn ask(&mut self, command: Command) -> Result<Outcome, DoorError> {
        let response = self.request(&Request::Do(command)).await?;
        let Response::Outcome(outcome) = response else { return Err(unexpected(response)) };
        Ok(outcome)
    }

    /// Reads the configuration.
    ///
    /// # Errors
    /// When the connection breaks or the resident is of another version.
    pub async fn config(&mut self) -> Result<ConfigReport, DoorError> {
        let response = self.request(&Request::Read(Read::Config)).await?;
        let Response::Config(config) = response else { return Err(unexpected(response)) };
        Ok(config)
    }

    /// Changes the configuration; what holds then, or why nothing was changed.
    ///
    /// # Errors
    /// When the connection breaks or the resident is of another version.
    pub async fn configure(
        &mut self,
        change: Change,
    ) -> Result<Result<ConfigReport, Problem>, DoorError> {
        match self.request(&Request::Configure(change)).await? {
            Response::Config(config) => Ok(Ok(config)),
            Response::Problem(problem) => Ok(Err(problem)),
            response @ (Response::Outcome(_)
            | Response::Doctor(_)
            | Response::History(_)
            | Response::Window(_)
            | Response::Misunderstood(_)) => Err(unexpected(response)),
        }
    }

    /// Has the resident look at everything that it needs.
    ///
    /// # Errors
    /// When the connection breaks or the resident is of another version.
    pub async fn doctor(&mut self) -> Result<Diagnosis, DoorError> {
        let response = self.request(&Request::Read(Read::Doctor)).await?;
        let Response::Doctor(diagnosis) = response else { return Err(unexpected(response)) };
        Ok(diagnosis)
    }

    /// Asks to be the one window, for the click that the desktop gave `token` with; nothing when another one has come to
    /// the front instead.
    ///
    /// # Errors
    /// When the connection breaks or the resident is of another version.
    pub async fn be_window(mut self, token: Option<String>) -> Result<Option<Requests>, DoorError> {
        match self.request(&Request::Window { token }).await? {
            Response::Window(Turn::Open) => Ok(Some(Requests { client: self })),
            Response::Window(Turn::HandedOver) => Ok(None),
            response @ (Response::Outcome(_)
            | Response::Config(_)
            | Response::Doctor(_)
            | Response::History(_)
            | Response::Problem(_)
            | Response::Misunderstood(_)) => Err(unexpected(response)),
        }
    }

    /// Sends `request`, which is not [`Request::Watch`], and waits for its response.
    ///
    /// # Errors
    /// When the connection breaks or the resident is of another version.
    pub async fn request(&mut self, request: &Request) -> Result<Response, DoorError> {
        write_line(&mut self.write, request).await?;
        next(&mut self.read).await?.ok_or(DoorError::Broken(io::ErrorKind::UnexpectedEof.into()))
    }

    /// Waits until the resident is gone, and with it its door, its lock and what it had of the desktop.
    pub async fn wait_for_end(mut self) {
        while let Ok(Some(_)) = read_line(&mut self.read).await {}
    }

    /// Streams what faces show: at once, then at every change.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn watch(mut self) -> Result<Watch, DoorError> {
        write_line(&mut self.write, &Request::Watch(true)).await?;
        Ok(Watch { client: self })
    }
}

/// What a response means that the request does not have.
fn unexpected(response: Response) -> DoorError {
    let why = match response {
        Response::Misunderstood(why) => text(&why),
        Response::Problem(problem) => problem.to_string(),
        Response::Outcome(_)
        | Response::Config(_)
        | Response::Doctor(_)
        | Response::History(_)
        | Response::Window(_) => t!("it answered something else").to_owned(),
    };
    DoorError::Language(why)
}

/// The requests to come to the front. The resident has no window any more when this is dropped.
pub struct Requests {
    client: Client,
}

impl Requests {
    /// The token of the next one, or that it has none; `None` when the resident ended.
    ///
    /// # Errors
    /// When the connection breaks or the resident is of another version.
    pub async fn next(&mut self) -> Result<Option<Option<String>>, DoorError> {
        next(&mut self.client.read).await
    }

    /// Tells that the window is in front. One that is closed before that is opened anew.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn done(&mut self) -> Result<(), DoorError> {
        write_line(&mut self.client.write, &()).await
    }
}

/// A stream of what faces show.
pub struct Watch {
    client: Client,
}

impl Watch {
    /// The next one; `None` when the resident ends by itself.
    ///
    /// # Errors
    /// When the resident crashed, the connection breaks or the resident is of another version.
    pub async fn next(&mut self) -> Result<Option<Snapshot>, DoorError> {
        let told: Option<Option<Snapshot>> = next(&mut self.client.read).await?;
        told.ok_or(DoorError::Broken(io::ErrorKind::UnexpectedEof.into()))
    }
}

async fn next<T: for<'a> Deserialize<'a>>(
    read: &mut BufReader<ReadHalf<os::Stream>>,
) -> Result<Option<T>, DoorError> {
    let line = match read_line(read).await {
        Err(DoorError::Broken(error)) if error.kind() == io::ErrorKind::InvalidData => {
            return Err(DoorError::Language(error.to_string()));
        }
        line => line?,
    };
    let Some(line) = line else { return Ok(None) };
    // Who ends in the middle of a line is no other version.
    if !line.ends_with('\n') {
        return Err(DoorError::Broken(io::ErrorKind::UnexpectedEof.into()));
    }
    serde_json::from_str(&line)
        .map(Some)
        .map_err(|error| DoorError::Language(text(&error.to_string())))
}
