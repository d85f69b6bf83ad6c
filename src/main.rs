//! The `scli` command.

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(scli::cli::main())
}

/// The system's memory. Where it gives no more, the process says so and ends: what it was at is rolled back by
/// whichever command opens the database next, as after a power cut. Without this it would abort.
struct Told;

#[global_allocator]
static MEMORY: Told = Told;

// SAFETY: each call goes to the system's allocator as it is.
unsafe impl GlobalAlloc for Told {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        given(unsafe { System.alloc(layout) })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        given(unsafe { System.alloc_zeroed(layout) })
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as the caller promises.
        given(unsafe { System.realloc(memory, layout, size) })
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// The memory, if there is any.
fn given(memory: *mut u8) -> *mut u8 {
    if memory.is_null() {
        // Neither needs memory.
        let _ = std::io::stderr().write_all(NO_MEMORY);
        std::process::exit(1);
    }
    memory
}

const NO_MEMORY: &[u8] = b"error: there is not enough memory; nothing was changed\n  \
    help: raise the limit (ulimit -v), or load with a smaller --memory\n";
