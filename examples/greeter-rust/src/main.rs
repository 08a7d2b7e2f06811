//! Greeter: two functions without any SDK, over plain HTTP. greeter.rs answers requests, protocol.rs has their messages.

mod greeter;
mod protocol;

use std::sync::Arc;
use std::thread;

use tiny_http::{Header, Method, Request, Response, Server};

/// More is refused, so that no request can take all memory.
const REQUEST_BYTES_MAX: u64 = 64 * 1024 * 1024;
const THREADS: usize = 4;

fn main() {
    let port = std::env::var("PORT").unwrap_or_else(|_| "8003".into());
    let server =
        Arc::new(Server::http(format!("127.0.0.1:{port}")).expect("the port must be free"));
    println!(
        "greeter functions on http://{}/statefun",
        server.server_addr()
    );
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let server = Arc::clone(&server);
            thread::spawn(move || {
                while let Ok(request) = server.recv() {
                    respond(request);
                }
            })
        })
        .collect();
    for thread in threads {
        let _ = thread.join();
    }
}

fn respond(mut request: Request) {
    let (status, content_type, body) = match read(&mut request)
        .and_then(|bytes| greeter::answer(&bytes).map_err(|reason| (500, reason)))
    {
        Ok(reply) => (200, "application/octet-stream", reply),
        Err((status, reason)) => {
            eprintln!("invocation failed: {reason}");
            (status, "text/plain; charset=utf-8", reason.into_bytes())
        }
    };
    let header = Header::from_bytes("content-type", content_type).expect("a header of ASCII");
    // The caller may have gone away; it asks again.
    let _ = request.respond(
        Response::from_data(body)
            .with_status_code(status)
            .with_header(header),
    );
}

fn read(request: &mut Request) -> Result<Vec<u8>, (u16, String)> {
    use std::io::Read;
    if *request.method() != Method::Post {
        return Err((405, "a function is called with POST".into()));
    }
    let mut bytes = Vec::new();
    request
        .as_reader()
        .take(REQUEST_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| (400, error.to_string()))?;
    if bytes.len() as u64 > REQUEST_BYTES_MAX {
        return Err((
            413,
            format!("a request holds at most {REQUEST_BYTES_MAX} bytes"),
        ));
    }
    Ok(bytes)
}
