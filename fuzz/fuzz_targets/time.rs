//! A time, whatever its text.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| scli_fuzz::time(text));
