//! A CSV file, whatever its bytes and wherever it is cut into blocks.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: (u8, &[u8])| scli_fuzz::csv(usize::from(input.0), input.1));
