import { InputProblem } from '../input/input-error';
import { nearest } from '../input/nearest';

/** The names as the IANA database writes them. Others that Node.js knows are older names for the same zones. */
const KNOWN = new Set(Intl.supportedValuesOf('timeZone'));

/** `Intl` ignores case and takes offsets; the scheduler does neither. */
const NAME = /^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Z][A-Za-z0-9_+-]*)*$/;

export function timeZoneProblem(name: string): InputProblem | undefined {
  if (KNOWN.has(name) || NAME.test(name) && isKnownToIntl(name)) {
    return undefined;
  }
  const meant = [...KNOWN].find((known) => known.toLowerCase() === name.toLowerCase()) ?? nearest(name, [...KNOWN]);
  return {
    what: 'not the name of a time zone',
    given: name,
    allowed: 'names of the IANA time zone database, for example "Europe/Berlin", "America/New_York" or "UTC"',
    remedy: meant === undefined ? 'take the name from https://en.wikipedia.org/wiki/List_of_tz_database_time_zones' : `write "${meant}"`,
  };
}

function isKnownToIntl(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
