import { GoScratchImage, VersionStamp } from '../../lib';
import { callMessageOf, messageOf } from '../message';
import { helloProgram, newStack } from '../stack';

const source = helloProgram();

function image(stamp?: VersionStamp): GoScratchImage {
  return new GoScratchImage(newStack(), 'app', { source, stamp });
}

function labels(stamp?: VersionStamp): string[] {
  return image(stamp).dockerfile.split('\n').filter((line) => /^LABEL "org\.opencontainers\.image\.(?!title)/.test(line));
}

describe('a version stamp', () => {
  test('is no part of an image unless it is given', () => {
    expect(labels()).toEqual([]);
  });

  test('becomes the labels of the OCI specification', () => {
    const stamp = VersionStamp.of({
      version: '1.4.0', revision: '9c32a5e', sourceUrl: 'https://github.com/acme/shop', created: '2026-01-31T12:00:00+01:00',
    });
    expect(labels(stamp)).toEqual([
      'LABEL "org.opencontainers.image.created"="2026-01-31T12:00:00+01:00"',
      'LABEL "org.opencontainers.image.revision"="9c32a5e"',
      'LABEL "org.opencontainers.image.source"="https://github.com/acme/shop"',
      'LABEL "org.opencontainers.image.version"="1.4.0"',
    ]);
  });

  test('says nothing that is not given', () => {
    expect(labels(VersionStamp.of({ revision: '9c32a5e' }))).toEqual(['LABEL "org.opencontainers.image.revision"="9c32a5e"']);
  });

  test('is part of the fingerprint', () => {
    const references = [undefined, VersionStamp.of({ revision: 'a' }), VersionStamp.of({ revision: 'b' })].map((stamp) => image(stamp).reference);
    expect(new Set(references).size).toBe(3);
  });

  test('changes nothing that is compiled', () => {
    const build = (stamp?: VersionStamp) => image(stamp).dockerfile.split('\nFROM scratch')[0];
    expect(build(VersionStamp.of({ revision: 'a' }))).toBe(build());
  });

  describe('from the environment', () => {
    const before = { ...process.env };

    afterEach(() => {
      process.env = { ...before };
    });

    test('has the values of the variables that are set', () => {
      process.env.STAMP_TEST_SHA = '9c32a5e';
      process.env.STAMP_TEST_EMPTY = '';
      delete process.env.STAMP_TEST_MISSING;
      expect(labels(VersionStamp.fromEnvironment({ revision: 'STAMP_TEST_SHA', version: 'STAMP_TEST_EMPTY', created: 'STAMP_TEST_MISSING' })))
        .toEqual(['LABEL "org.opencontainers.image.revision"="9c32a5e"']);
    });
  });

  test('refuses values of the environment with the names of the variables', () => {
    process.env.STAMP_TEST_TIME = 'yesterday';
    expect(callMessageOf(() => VersionStamp.fromEnvironment({ created: 'STAMP_TEST_TIME' })))
      .toContain('VersionStamp.fromEnvironment({ created: "STAMP_TEST_TIME" }): not a date and time for the version stamp\n  given:   "yesterday"\n');
    delete process.env.STAMP_TEST_TIME;
  });

  test.each([['2026-01-31'], ['yesterday'], ['2026-13-01T00:00:00Z']])('refuses %s as a time', (created) => {
    expect(callMessageOf(() => VersionStamp.of({ created }))).toBe([
      `VersionStamp.of({ created: "${created}" }): not a date and time for the version stamp`,
      `  given:   "${created}"`,
      '  allowed: RFC 3339, for example "2026-01-31T12:00:00Z"',
      '  to do:   write it as `date --utc +%Y-%m-%dT%H:%M:%SZ` does',
      '  at:      <line>',
    ].join('\n'));
  });

  test('refuses a URL with a password, and does not repeat it', () => {
    const message = callMessageOf(() => VersionStamp.of({ sourceUrl: 'https://ci:token@git.example.com/shop' }));
    expect(message).toBe([
      'VersionStamp.of({ sourceUrl: … }): not a URL of source code for the version stamp',
      '  given:   "https://…@git.example.com/shop"',
      '  allowed: a URL without user name and password, for example "https://github.com/acme/shop"',
      '  to do:   give the address that a browser opens',
      '  at:      <line>',
    ].join('\n'));
  });

  test('refuses a line end', () => {
    expect(messageOf(() => VersionStamp.of({ version: '1\nRUN x' }))).toContain('the label org.opencontainers.image.version holds a line end');
  });
});
