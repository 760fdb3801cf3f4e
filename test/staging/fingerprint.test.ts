import { synthesizeOn } from './machine';

// Danish sorts "aa" after "z", Turkish knows "I" and "i" as different letters, and Swedish sorts "ö" after "z".
test('each machine synthesizes the same: tags, configuration and build contexts', async () => {
  const { plain, danish, turkish } = await synthesizeOn({
    plain: { locale: 'C', timezone: 'UTC', umask: '022' },
    danish: { locale: 'da_DK.UTF-8', timezone: 'Pacific/Auckland', umask: '077' },
    turkish: { locale: 'tr_TR.UTF-8', timezone: 'America/St_Johns', umask: '000' },
  });
  expect(new Set([plain, danish, turkish].map(({ collation }) => collation)).size).toBe(3);
  expect(new Set([plain, danish, turkish].map(({ time }) => time)).size).toBe(3);
  expect(plain.files.filter((file) => file.includes('/src/files/')).length).toBe(13);
  for (const { tags, files } of [danish, turkish]) {
    expect({ tags, files }).toEqual({ tags: plain.tags, files: plain.files });
  }
}, 60_000);
