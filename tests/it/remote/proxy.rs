//! A network between scli and a server, which cuts, slows down and refuses.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What becomes of a connection.
#[derive(Clone, Copy, Debug)]
pub enum Fate {
    Pass,
    /// It ends after as many bytes from the server.
    Cut(usize),
    /// As many bytes come, and then no more for so long.
    Slow(usize, Duration),
}

/// Listens at 127.0.0.2, and leads to the same ports of 127.0.0.1. `fate` is told the port, and which of the connections
/// to it this one is.
pub fn proxy(ports: &[u16], fate: impl Fn(u16, usize) -> Fate + Send + Sync + 'static) {
    let (fate, data) = (Arc::new(fate), Arc::new(AtomicUsize::new(0)));
    for (at, port) in ports.iter().copied().enumerate() {
        let listener = TcpListener::bind(("127.0.0.2", port)).unwrap();
        let (fate, own) = (Arc::clone(&fate), Arc::new(AtomicUsize::new(0)));
        // The first port is counted apart from the others.
        let count = if at == 0 { own } else { Arc::clone(&data) };
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let fate = fate(port, count.fetch_add(1, Ordering::SeqCst));
                // A server that is gone closes, and so does the network.
                let Ok(server) = TcpStream::connect(("127.0.0.1", port)) else { continue };
                std::thread::spawn(move || pass(stream.unwrap(), server, fate));
            }
        });
    }
}

fn pass(mut client: TcpStream, mut server: TcpStream, fate: Fate) -> Option<()> {
    let (mut from, mut to) = (client.try_clone().ok()?, server.try_clone().ok()?);
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
    let (mut left, mut piece) = (usize::MAX, vec![0; 8192]);
    if let Fate::Cut(bytes) | Fate::Slow(bytes, _) = fate {
        left = bytes;
    }
    loop {
        if left == 0 {
            if let Fate::Slow(_, time) = fate {
                std::thread::sleep(time);
            }
            break;
        }
        let most = left.min(piece.len());
        let count = server.read(&mut piece[..most]).unwrap_or(0);
        if count == 0 || client.write_all(&piece[..count]).is_err() {
            break;
        }
        left -= count;
    }
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
    Some(())
}

/// As many ports in a row, which nobody listens at.
pub fn free_ports(count: u16) -> Vec<u16> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    loop {
        let nth = std::process::id() as usize * 97 + NEXT.fetch_add(1, Ordering::SeqCst) * 16;
        let ports: Vec<u16> = (0..count).map(|port| 12_000 + (nth % 18_000) as u16 + port).collect();
        let is_free = |port: &u16| TcpListener::bind(("0.0.0.0", *port)).is_ok();
        if ports.iter().all(is_free) {
            return ports;
        }
    }
}

/// Numbers that look random, and are the same each time.
pub fn scattered(nth: usize, from: usize, to: usize) -> usize {
    let mixed = (nth as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    from + ((mixed ^ (mixed >> 29)) % (to - from) as u64) as usize
}
