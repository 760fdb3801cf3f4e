import { InputProblem } from '../input/input-error';

/** A cron expression, read: each field is `*` or the numbers that match, in order. */
export interface CronFields {
  readonly fields: readonly (readonly number[] | '*')[];
}

interface Field {
  readonly name: string;
  readonly lowest: number;
  readonly highest: number;
  /** The names of the numbers from `lowest` on. */
  readonly names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const DAY = 2;
const MONTH = 3;
const WEEKDAY = 4;
const FIELDS: readonly Field[] = [
  { name: 'minute', lowest: 0, highest: 59 },
  { name: 'hour', lowest: 0, highest: 23 },
  { name: 'day of the month', lowest: 1, highest: 31 },
  { name: 'month', lowest: 1, highest: 12, names: MONTHS },
  // 7 is Sunday too.
  { name: 'day of the week', lowest: 0, highest: 7, names: WEEKDAYS },
];

/** With the leap day. */
const DAYS_OF_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The names of whole expressions, as crontab(5) has them. `@reboot` is none: it is no time. */
const NAMED: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/**
 * Reads an expression as crontab(5) does, and returns the problem of one that is wrong or that programs read in different ways.
 *
 * @see https://man7.org/linux/man-pages/man5/crontab.5.html
 */
export function parseCron(expression: string): CronFields | InputProblem {
  const named = expression.startsWith('@') ? NAMED[expression] : expression.trim();
  if (named === undefined) {
    return unknownName(expression);
  }
  const texts = named.split(/[ \t]+/);
  if (texts.length !== FIELDS.length) {
    return {
      what: `the cron expression has ${texts.length} ${texts.length === 1 ? 'field' : 'fields'}`,
      given: expression,
      allowed: 'five fields with spaces between them: minute, hour, day of the month, month, day of the week; or a name such as "@daily"',
      remedy: texts.length === 6
        ? 'remove the field for seconds, or use Schedule.every(Duration.seconds(…))'
        : 'write it like "30 3 * * *", which is 03:30 each day',
    };
  }
  const fields: (readonly number[] | '*')[] = [];
  for (const [index, field] of FIELDS.entries()) {
    const read = parseField(texts[index], field);
    if (!(read instanceof Array) && read !== '*') {
      return { ...read, given: expression };
    }
    fields.push(read);
  }
  return doubtful(expression, texts, fields) ?? impossible(expression, fields) ?? { fields };
}

/** The expression for the scheduler, which reads lists of numbers only. */
export function normalized({ fields }: CronFields): string {
  return fields.map((field) => field === '*' ? '*' : field.join(',')).join(' ');
}

export function isProblem(read: CronFields | InputProblem): read is InputProblem {
  return 'what' in read;
}

type FieldProblem = Omit<InputProblem, 'given'>;

function parseField(text: string, field: Field): readonly number[] | '*' | FieldProblem {
  const numbers = new Set<number>();
  for (const part of text.split(',')) {
    const range = parseRange(part, field);
    if (!(range instanceof Array)) {
      return range;
    }
    // 7 is Sunday too.
    range.forEach((number) => numbers.add(field === FIELDS[WEEKDAY] ? number % 7 : number));
  }
  const all = [...numbers].sort((one, other) => one - other);
  const isAll = all.length === highestOf(field) - field.lowest + 1;
  // A list with all days of the month still lets a day of the week match by itself: "1-31" is not "*".
  const isDay = field === FIELDS[DAY] || field === FIELDS[WEEKDAY];
  return isAll && (!isDay || text.startsWith('*')) ? '*' : all;
}

function parseRange(part: string, field: Field): readonly number[] | FieldProblem {
  const { lowest, highest } = field;
  const matched = /^(?:(\*)|([a-z]+|\d{1,2})(?:-([a-z]+|\d{1,2}))?)(?:\/(\d{1,3}))?$/i.exec(part);
  if (!matched) {
    return wrong(part, field);
  }
  const [, star, fromText, untilText, stepText] = matched;
  if (!star && stepText !== undefined && untilText === undefined) {
    // Vixie's cron refuses it; others read "5/15" as "5-59/15".
    return {
      what: `the ${field.name} ${JSON.stringify(part)} has a step without a range, which cron programs read in different ways`,
      allowed: 'a step after "*" or after a range',
      remedy: `write "${fromText}-${highestOf(field)}/${stepText}" or "*/${stepText}"`,
    };
  }
  const from = star ? lowest : numberOf(fromText, field);
  const until = star ? highestOf(field) : untilText === undefined ? from : numberOf(untilText, field);
  const step = stepText === undefined ? 1 : Number(stepText);
  if (from === undefined || until === undefined || from < lowest || until > highest || step < 1) {
    return wrong(part, field);
  }
  if (from > until) {
    return {
      what: `the ${field.name} ${JSON.stringify(part)} ends before it begins`,
      allowed: 'ranges whose first number is the smaller one',
      remedy: `write two ranges: "${fromText}-${highestOf(field)},${lowest}-${untilText}"`,
    };
  }
  return Array.from({ length: Math.floor((until - from) / step) + 1 }, (_, index) => from + index * step);
}

/** The last number that `*` stands for. */
function highestOf(field: Field): number {
  return field === FIELDS[WEEKDAY] ? 6 : field.highest;
}

function numberOf(text: string, { names, lowest }: Field): number | undefined {
  if (/^\d+$/.test(text)) {
    return Number(text);
  }
  const index = names?.indexOf(text.toLowerCase()) ?? -1;
  return index < 0 ? undefined : index + lowest;
}

function wrong(part: string, { name, lowest, highest, names }: Field): FieldProblem {
  const allowed = names ? `${lowest} to ${highest} or ${names[0]} to ${names[names.length - 1]}` : `${lowest} to ${highest}`;
  return {
    what: `the ${name} ${JSON.stringify(part)} is not understood`,
    allowed: `${allowed}; ranges ("1-5"), steps ("*/2", "1-10/3") and lists of these ("1,3,5-7"); "*" for all`,
    remedy: /^[\dA-Z]*[LW#]/i.test(part) && /[LW#]/.test(part)
      ? 'let the schedule start the program more often, and let the program look whether it is the right day: "L", "W" and "#" are not supported'
      : 'correct the field',
  };
}

function unknownName(expression: string): InputProblem {
  return {
    what: 'not a name of a schedule',
    given: expression,
    allowed: Object.keys(NAMED).join(', '),
    remedy: expression === '@reboot' ? 'use GoTask for a program that runs at a deploy, or MissedRuns.RUN_ONCE'
      : expression.startsWith('@every') ? 'use Schedule.every(Duration.…)' : 'use one of these names, or five fields',
  };
}

/** Programs disagree on whether a step counts as a restriction where both kinds of days are given. */
function doubtful(expression: string, texts: readonly string[], fields: CronFields['fields']): InputProblem | undefined {
  const isStep = (index: number) => texts[index].startsWith('*/') && fields[index] !== '*';
  const isGiven = (index: number) => fields[index] !== '*';
  if (!(isStep(DAY) && isGiven(WEEKDAY)) && !(isStep(WEEKDAY) && isGiven(DAY))) {
    return undefined;
  }
  return {
    what: 'days of the month and of the week with a step: some cron programs run on days that match both, others on days that match one',
    given: expression,
    allowed: 'lists and ranges, which match days that match one of the two',
    remedy: 'write the days as a list, for example "1-31/2" for "*/2", or use one of the two fields only',
  };
}

function impossible(expression: string, fields: CronFields['fields']): InputProblem | undefined {
  const [, , days, months, weekdays] = fields;
  if (days === '*' || weekdays !== '*') {
    return undefined;
  }
  const possible = (months === '*' ? DAYS_OF_MONTHS : months.map((month) => DAYS_OF_MONTHS[month - 1])).some((length) => days[0] <= length);
  return possible ? undefined : {
    what: 'no date ever matches the cron expression',
    given: expression,
    allowed: 'a day that at least one of the months has',
    remedy: `correct the ${FIELDS[DAY].name} or the ${FIELDS[MONTH].name}; for the end of each month run on the first of the next one`,
  };
}
