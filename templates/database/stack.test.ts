import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Testing } from 'cdktf';
import { ServiceStack } from './stack';

/** What Terraform reads, as JSON. Nothing is built or deployed. */
const { resource } = JSON.parse(Testing.synth(new ServiceStack(Testing.app(), 'dev'), true));
const containers: any[] = Object.values(resource.docker_container);
const service = containers.find(({ name }) => name === 'dev-my-service');
const database = containers.find(({ name }) => name === 'dev-my-service-database');

test('the service is published on this machine alone', () => {
  assert.deepEqual(service.ports.map(({ ip, external }: any) => `${ip}:${external}`), ['127.0.0.1:8080']);
});

test('the service is not root, and cannot write to its files', () => {
  assert.equal(service.user, '65534:65534');
  assert.equal(service.read_only, true);
});

test('the database is not published, and its data is kept', () => {
  assert.equal(database.ports, undefined);
  assert.equal(resource.docker_volume, undefined);
});
