//! Parses the time of a delivery (one call of a webhook by Logto).

/// Parses a UTC time in the form that Logto writes, `2026-11-23T19:37:35.449Z`. Returns milliseconds since
/// the Unix epoch.
///
/// The fraction of the second may be absent, or have one to nine digits. Digits after the third are ignored.
/// Returns `None` for any other form, such as another time zone, and for a date or a time of day that does
/// not exist.
pub(super) fn unix_millis(text: &str) -> Option<i64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let [year, month, day] = parts(date, '-', [4, 2, 2])?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let [hour, minute, second] = parts(time, ':', [2, 2, 2])?;
    // Second 60, a leap second, counts as second 59.
    let valid = (1..=days_of(year, month)?).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60
        && (1..=9).contains(&fraction.len())
        && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !valid {
        return None;
    }
    let millis = format!("{fraction:0<3}").get(..3)?.parse::<i64>().ok()?;
    let seconds =
        days_since_epoch(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second.min(59);
    Some(seconds * 1_000 + millis)
}

/// Splits a text at the separators into three numbers. `digits` says how many digits each number must have.
fn parts(text: &str, separator: char, digits: [usize; 3]) -> Option<[i64; 3]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; 3];
    for (number, digits) in numbers.iter_mut().zip(digits) {
        let part = parts.next()?;
        let plain = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        *number = part.parse().ok().filter(|_| plain)?;
    }
    parts.next().is_none().then_some(numbers)
}

fn days_of(year: i64, month: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    Some(match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    })
}

/// Returns the days since the Unix epoch.
///
/// Each year begins in March here, so that a leap day is the last day of its year. An era has 400 years and
/// 146,097 days. The Unix epoch is 719,468 days after the first of March of the year 0.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    // March is month 0 here. Five months from March on, or from August on, have 153 days in total. So
    // `(153 * month + 2) / 5` is the number of days before a month.
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_logto_are_parsed_to_the_millisecond() {
        for (text, expected) in [
            ("1970-01-01T00:00:00.000Z", Some(0)),
            ("1969-12-31T23:59:59.999Z", Some(-1)),
            ("2026-11-23T19:37:35.449Z", Some(1_795_462_655_449)),
            ("2026-11-23T19:37:35Z", Some(1_795_462_655_000)),
            ("2026-11-23T19:37:35.4Z", Some(1_795_462_655_400)),
            ("2026-11-23T19:37:35.449999Z", Some(1_795_462_655_449)),
            ("2000-02-29T00:00:00Z", Some(951_782_400_000)),
            ("2016-12-31T23:59:60Z", Some(1_483_228_799_000)),
            ("9999-12-31T23:59:59.999Z", Some(253_402_300_799_999)),
            ("1900-02-29T00:00:00Z", None),
            ("2026-13-01T00:00:00Z", None),
            ("2026-00-01T00:00:00Z", None),
            ("2026-11-31T00:00:00Z", None),
            ("2026-11-00T00:00:00Z", None),
            ("2026-11-23T24:00:00Z", None),
            ("2026-11-23T19:60:00Z", None),
            ("2026-11-23T19:37:61Z", None),
            ("2026-11-23T19:37:35.Z", None),
            ("2026-11-23T19:37:35.0000000000Z", None),
            ("2026-11-23T19:37:35+00:00", None),
            ("2026-11-23 19:37:35Z", None),
            ("+026-11-23T19:37:35Z", None),
            ("2026-11-23T19:37Z", None),
            ("2026-11-23T19:37:35:00Z", None),
            ("1795462655449", None),
            ("", None),
        ] {
            assert_eq!(unix_millis(text), expected, "{text}");
        }
    }
}
