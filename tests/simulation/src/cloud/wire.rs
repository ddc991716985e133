//! What travels: plain requests and answers; it refuses to know sockets, or what a request means.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::form::{Fields, encode};

/// Milliseconds of simulation, from 0 at the start of the model.
pub type Millis = u64;

/// The content type of an answer of JSON.
pub(crate) const JSON: &str = "application/json; charset=utf-8";
/// How many headers an answer has at most, as a rule.
const HEADERS: usize = 3;
/// What an answer takes, bytes, as a rule.
const BODY: usize = 1024;

/// A request as it arrives: the parts of HTTP that Entra ID and Graph look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `POST` …
    pub method: Cow<'static, str>,
    /// The path, percent-encoded, beginning with `/`.
    pub path: String,
    /// The query without its `?`, percent-encoded; empty when there is none.
    pub query: String,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// The `Content-Type` header.
    pub content_type: Option<Cow<'static, str>>,
    /// The exact bytes of the body.
    pub body: Vec<u8>,
}

impl Request {
    /// A `GET`; `target` is a path with or without a query.
    pub fn get(target: &str) -> Request {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Request {
            method: "GET".into(),
            path: path.into(),
            query: query.into(),
            ..Request::default()
        }
    }

    /// A `POST` of JSON text.
    pub fn json(target: &str, body: impl Into<Vec<u8>>) -> Request {
        Request {
            method: "POST".into(),
            content_type: Some("application/json".into()),
            body: body.into(),
            ..Request::get(target)
        }
    }

    /// A `POST` of a form.
    pub fn form(target: &str, fields: &[(&str, &str)]) -> Request {
        Request {
            method: "POST".into(),
            content_type: Some("application/x-www-form-urlencoded".into()),
            body: encode(fields).into_bytes(),
            ..Request::get(target)
        }
    }

    /// The same request with an access token.
    pub fn bearer(mut self, token: &str) -> Request {
        self.authorization = Some(format!("Bearer {token}"));
        self
    }

    /// The media type without its parameters.
    pub(crate) fn media_type(&self) -> &str {
        let whole = self.content_type.as_deref().unwrap_or("");
        whole.split(';').next().unwrap_or("").trim()
    }

    /// The form's fields; `None` for another content type or a repeated name.
    pub(crate) fn form_fields(&self) -> Option<Fields<'_>> {
        let is_form = self.media_type().eq_ignore_ascii_case("application/x-www-form-urlencoded");
        if is_form { Fields::of(&self.body) } else { None }
    }
}

/// How an answer reaches the caller; the server and the simulation act on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// It arrives.
    #[default]
    Answer,
    /// The request was lost on its way and had no effect: the connection closes.
    LostBefore,
    /// The request was lost on its way and had no effect, and nobody ever says so.
    Silent,
    /// The request took effect and the answer was lost: the connection closes.
    LostAfter,
    /// The request took effect and the answer arrives this much later.
    Late(Millis),
    /// The request is still on its way and had no effect yet: hand it in again this much later, also when
    /// the caller has given up.
    LandsLate(Millis),
}

/// What a service says, as JSON has it between its quotation marks: written once, as it may be long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words(Arc<str>);

impl Words {
    /// Any text.
    pub fn new(text: &str) -> Words {
        let quoted = serde_json::to_string(text).expect("a text is always JSON");
        Words(quoted[1..quoted.len() - 1].into())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Header names in lower case, with their values.
    pub headers: Vec<(Cow<'static, str>, String)>,
    /// The exact bytes of the body.
    pub body: Vec<u8>,
    /// What becomes of this answer on its way.
    pub delivery: Delivery,
}

impl Response {
    /// An answer without a body.
    pub fn empty(status: u16) -> Response {
        Response { status, headers: Vec::with_capacity(HEADERS), ..Response::default() }
    }

    /// An answer with a JSON body.
    pub fn json(status: u16, body: &impl Serialize) -> Response {
        let mut response = Response::empty(status);
        response.body.reserve(BODY);
        serde_json::to_writer(&mut response.body, body).expect("a value is always JSON");
        response.with("content-type", JSON)
    }

    /// An answer with a page.
    pub fn html(status: u16, page: String) -> Response {
        let mut response = Response::empty(status);
        response.body = page.into_bytes();
        response.with("content-type", "text/html; charset=utf-8")
    }

    /// A 302 to `location`.
    pub fn redirect(location: String) -> Response {
        Response::empty(302).with("location", location)
    }

    /// The same answer with one more header; `name` in lower case.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Response {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same answer with these words in the field of its body that has others, without any escape.
    pub(crate) fn saying(mut self, field: &str, words: &Words) -> Response {
        let body = str::from_utf8(&self.body).expect("JSON is text");
        let (before, after) =
            body.split_once(&[field, "\":\""].concat()).expect("it has the field");
        let (_, after) = after.split_once('"').expect("a text has an end");
        self.body = [before, field, "\":\"", &words.0, "\"", after].concat().into_bytes();
        self
    }

    /// The value of a header; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; `Null` when it is none.
    pub fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// What stands in `text` before and after the first `at`, which is ASCII: quicker than [`str::split_once`] where that
/// is near.
pub(crate) fn cut(text: &str, at: u8) -> Option<(&str, &str)> {
    let place = text.bytes().position(|byte| byte == at)?;
    Some((&text[..place], &text[place + 1..]))
}

/// The eight hexadecimal digits of a number, made side by side in one word.
fn hexadecimal(number: u32) -> [u8; 8] {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let mut digits = u64::from(number);
    digits = (digits | digits << 16) & 0x0000_ffff_0000_ffff;
    digits = (digits | digits << 8) & 0x00ff_00ff_00ff_00ff;
    digits = (digits | digits << 4) & 0x0f0f_0f0f_0f0f_0f0f;
    let letters = (digits + EACH * 6) >> 4 & EACH;
    (digits + EACH * u64::from(b'0') + letters * u64::from(b'a' - b'9' - 1)).to_be_bytes()
}

/// Whether a byte is in `text`. Without an early end, so that many are compared at once.
pub(crate) fn has(text: &str, is_it: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(false, |has, byte| has | is_it(byte))
}

/// splitmix64: everything the model invents comes from its seed.
#[derive(Clone, Debug)]
pub(crate) struct Seed(pub(crate) u64);

impl Seed {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A GUID, as Microsoft's request, trace and correlation ids are.
    pub(crate) fn guid(&mut self) -> String {
        // Version 4, variant 1 (RFC 9562).
        let high = self.next() & !0xf000 | 0x4000;
        let low = self.next() & !(0b11 << 62) | 0b10 << 62;
        let [a, b, c, d] = [high >> 32, high, low >> 32, low].map(|part| hexadecimal(part as u32));
        let mut text = [b'-'; 36];
        text[..8].copy_from_slice(&a);
        text[9..13].copy_from_slice(&b[..4]);
        text[14..18].copy_from_slice(&b[4..]);
        text[19..23].copy_from_slice(&c[..4]);
        text[24..28].copy_from_slice(&c[4..]);
        text[28..].copy_from_slice(&d);
        str::from_utf8(&text).expect("digits and dashes are ASCII").to_owned()
    }

    /// `length` characters of the URL-safe base64 alphabet.
    pub(crate) fn text(&mut self, length: usize) -> String {
        const ALPHABET: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut bits = 0;
        let letters = (0..length).map(|nth| {
            bits = if nth % 10 == 0 { self.next() } else { bits >> 6 };
            ALPHABET[(bits & 63) as usize]
        });
        String::from_utf8(letters.collect()).expect("the alphabet is ASCII")
    }
}
