import type { ContainerReport, LastEnd, ServiceReport, StackReport, Verdict } from './report';

const MARKS: Readonly<Record<Verdict, readonly [string, number]>> = { well: ['✔', 32], attention: ['!', 33], sick: ['✖', 31] };

/** The report for people. */
export function text(report: StackReport, colours: boolean): string {
  const paint = (code: number, what: string) => colours ? `\u001b[${code}m${what}\u001b[0m` : what;
  const now = Date.parse(report.at);
  const rows = report.services.flatMap((service) => service.containers
    .map((container, index) => ({ service, container, isLast: index === service.containers.length - 1 })));
  const cells = rows.map(({ container }) => [container.name, stateText(container), ageText(container, now), restartsText(container), container.image ?? '']);
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...cells.map((row) => row[column].length)));
  const lines = rows.flatMap(({ service, container, isLast }, index) => {
    const [mark, code] = MARKS[container.verdict];
    const line = cells[index].map((cell, column) => column < 4 ? cell.padEnd(widths[column]) : cell).filter((_, column) => column > 3 || widths[column] > 0).join('  ');
    return [
      `${paint(code, mark)} ${line}`.trimEnd(),
      ...detailsOf(container, now).map((detail) => `    ${detail}`),
      ...isLast ? serviceDetails(service, now).map((detail) => `    ${detail}`) : [],
    ];
  });
  return [`stack ${report.stack} on ${[...new Set(report.services.map(({ engine }) => engine))].join(', ') || 'no engine'}`, '', ...lines, '', summary(report)].join('\n');
}

function summary({ services, stack }: StackReport): string {
  const named = (verdict: Verdict) => services.filter((service) => service.verdict === verdict).map(({ name }) => name);
  const [sick, attention] = [named('sick'), named('attention')];
  if (services.length === 0) {
    return `The stack ${stack} has nothing that runs.`;
  }
  return [
    sick.length === 0 ? `All ${services.length === 1 ? '' : `${services.length} `}run${services.length === 1 ? 's' : ''}.`.replace('All runs', 'It runs')
      : `Sick: ${sick.join(', ')} (${sick.length} of ${services.length}).`,
    ...attention.length === 0 ? [] : [`Worth a look: ${attention.join(', ')}.`],
  ].join(' ');
}

function stateText({ state, health }: ContainerReport): string {
  return state === 'running' && health !== undefined ? health : state;
}

function ageText({ startedAt }: ContainerReport, now: number): string {
  return startedAt === undefined ? '' : `for ${span(now - Date.parse(startedAt))}`;
}

function restartsText({ restarts }: ContainerReport): string {
  return restarts === 0 ? '' : `${restarts} restart${restarts === 1 ? '' : 's'}`;
}

function detailsOf(container: ContainerReport, now: number): string[] {
  return [
    ...container.remarks,
    ...container.lastAnswer !== undefined && container.state === 'running' && container.health !== 'healthy' ? [`last answer: ${container.lastAnswer}`] : [],
    ...container.lastEnd === undefined ? [] : [`last end: ${endText(container.lastEnd, now)}`],
    ...container.lastEnd?.lastWords === undefined ? [] : [`last words: ${container.lastEnd.lastWords}`],
  ];
}

function endText({ at, reason }: LastEnd, now: number): string {
  return `${span(now - Date.parse(at))} ago, ${reason ?? 'and why is forgotten: the engine drops the exit code when it starts the program again'}`;
}

function serviceDetails({ remarks, disk, backups }: ServiceReport, now: number): string[] {
  return [
    ...remarks,
    ...backups === undefined ? [] : backups.length === 0 ? ['no backup yet']
      : backups.map(({ database, lastAt, bytes }) => `last backup of ${database}: ${span(now - Date.parse(lastAt))} ago, ${bytesText(bytes)}`),
    ...disk === undefined ? [] : [`disk of ${disk.directory}: ${disk.usedPercent} % used, ${bytesText(disk.freeBytes)} free`],
  ];
}

/** A time span in its largest unit, and the next one where that is small. */
export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const units: readonly [string, number][] = [['d', 86_400], ['h', 3_600], ['min', 60], ['s', 1]];
  const index = units.findIndex(([, size]) => seconds >= size);
  if (index === -1) {
    return '0 s';
  }
  const [unit, size] = units[index];
  const whole = Math.floor(seconds / size);
  const next = units[index + 1];
  const rest = next === undefined ? 0 : Math.floor((seconds - whole * size) / next[1]);
  return whole < 10 && rest > 0 ? `${whole} ${unit} ${rest} ${next[0]}` : `${whole} ${unit}`;
}

export function bytesText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 2 ** (10 * power);
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}
