//! Reads the lines of a revocation log's file. Each record is one line. If the last line was cut off, adds
//! its line break.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Seek, SeekFrom, Write},
};

/// The greatest number of lines that one call of [`read`] returns.
const PAGE: usize = 5_000;

/// Reads at most [`PAGE`] whole lines from an offset on. Returns each line with the offset after it.
pub(super) fn read(file: &mut File, start: u64) -> io::Result<Vec<(u64, String)>> {
    file.seek(SeekFrom::Start(start))?;
    let mut lines = BufReader::new(file);
    let (mut page, mut offset, mut line) = (Vec::new(), start, Vec::new());
    while page.len() < PAGE {
        line.clear();
        let bytes = lines.read_until(b'\n', &mut line)?;
        if line.pop() != Some(b'\n') {
            break;
        }
        offset += u64::try_from(bytes).unwrap_or(u64::MAX);
        page.push((offset, String::from_utf8_lossy(&line).into_owned()));
    }
    Ok(page)
}

/// Returns all lines. Includes a last line that has no line break.
pub(super) fn all(mut file: &File) -> io::Result<impl Iterator<Item = io::Result<Vec<u8>>>> {
    file.seek(SeekFrom::Start(0))?;
    Ok(BufReader::new(file).split(b'\n'))
}

/// Returns the offset after the first line; `None` without a whole line.
pub(super) fn first(file: &mut File) -> io::Result<Option<u64>> {
    file.seek(SeekFrom::Start(0))?;
    let mut line = Vec::new();
    let length = BufReader::new(file).read_until(b'\n', &mut line)?;
    Ok((line.last() == Some(&b'\n')).then_some(length as u64))
}

/// Returns the offset after the last whole line; `None` without one.
pub(super) fn last(file: &mut File) -> io::Result<Option<u64>> {
    let mut end = file.seek(SeekFrom::End(0))?;
    let mut chunk = [0; 512];
    while end > 0 {
        let start = end.saturating_sub(chunk.len() as u64);
        let length = usize::try_from(end - start).unwrap_or(chunk.len());
        file.seek(SeekFrom::Start(start))?;
        io::Read::read_exact(file, &mut chunk[..length])?;
        if let Some(at) = memchr::memrchr(b'\n', &chunk[..length]) {
            return Ok(Some(start + at as u64 + 1));
        }
        end = start;
    }
    Ok(None)
}

/// If a crash or a full disk has cut the last line off, adds its line break. Readers skip the line if they
/// can't parse it.
pub(super) fn end_last_line(file: &mut File) -> io::Result<()> {
    let length = file.seek(SeekFrom::End(0))?;
    if length > 0 && last(file)? != Some(length) {
        file.write_all(b"\n")?;
        file.sync_data()?;
    }
    Ok(())
}
