/** The topics of the reference, in the order in which they are listed, and the rooms of lib/ whose types each one has. */
const TOPICS: readonly (readonly [title: string, rooms: readonly string[]])[] = [
  ['All in one', ['patterns']],
  ['Services and tasks', ['service', 'workload', 'schedule']],
  ['Images', ['program', 'image', 'go']],
  ['PostgreSQL', ['postgres']],
  ['Gateway', ['gateway']],
  ['Health', ['health']],
  ['Engines and networks', ['places']],
  ['Defaults of a team', ['platform']],
  ['Tests of stacks', ['testing']],
  ['Values', ['values']],
];

/** Types whose topic is not that of their room. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  IGatewayRoute: 'Gateway',
  IGatewayTarget: 'Gateway',
  RouteProtocol: 'Gateway',
  BackupSchedule: 'PostgreSQL',
  ConnectionPool: 'PostgreSQL',
  IContainerNetwork: 'Engines and networks',
};

export const TOPIC_TITLES: readonly string[] = TOPICS.map(([title]) => title);

/**
 * The topic of a type.
 *
 * @param file where the type is declared, for example `lib/gateway/gateway.ts`
 * @throws an error for a room that no topic has
 */
export function topicOf(type: string, file: string): string {
  const room = file.split('/')[1];
  const title = EXCEPTIONS[type] ?? TOPICS.find(([, rooms]) => rooms.includes(room))?.[0];
  if (title === undefined) {
    throw new Error(`${type}: no topic of the reference has the room lib/${room}; add it in scripts/docs/topics.ts`);
  }
  return title;
}
