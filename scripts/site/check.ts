import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { navigation } from './navigation';
import { addressOf } from './pages';

/** What readers look for, and the page that must be among the first results. */
const SEARCHES: readonly (readonly [word: string, page: string])[] = [
  ['unhealthy', '/operations'],
  ['blueGreen', '/rollouts'],
  ['psql', '/operations'],
  ['adoptVolume', '/postgres'],
  ['no auth config found', '/images'],
  ['cpuPercent', '/reference/ContainerOptions'],
];

const FIRST_RESULTS = 8;

/**
 * The mistakes of a site that has been built: pages of the README's list that are not there, and words that the search does not find.
 *
 * @param repository with the site in site/dist, and the generator installed in site/node_modules
 */
export async function mistakesOfSite(repository: string): Promise<{ mistakes: string[]; pages: number }> {
  const dist = path.join(repository, 'site', 'dist');
  const listed = navigation(fs.readFileSync(path.join(repository, 'README.md'), 'utf8')).flatMap(({ pages }) => pages);
  const missing = ['README.md', ...listed.map(({ file }) => file)].map((file) => addressOf(file).replace(/md$/, 'html'))
    .filter((page) => !fs.existsSync(path.join(dist, page))).map((page) => `site/dist: there is no ${page}`);
  const find = await search(repository, dist);
  const notFound = SEARCHES.flatMap(([word, page]) => {
    const results = find(word);
    return results.includes(page) ? [] : [`the search for "${word}" does not find ${page}, but ${results.join(', ') || 'nothing'}`];
  });
  const pages = fs.readdirSync(dist, { recursive: true }).filter((file) => String(file).endsWith('.html')).length;
  return { mistakes: [...missing, ...notFound], pages };
}

/** Searches as the site does: with its index, its library and its options. */
async function search(repository: string, dist: string): Promise<(word: string) => string[]> {
  const chunks = path.join(dist, 'assets', 'chunks');
  const chunk = fs.readdirSync(chunks).find((name) => name.startsWith('@localSearchIndex'));
  if (chunk === undefined) {
    throw new Error('site/dist: there is no search index');
  }
  const { default: MiniSearch } = await import(pathToFileURL(path.join(repository, 'site/node_modules/minisearch/dist/es/index.js')).href);
  const { default: index } = await import(pathToFileURL(path.join(chunks, chunk)).href);
  const { searchOptions } = await import(pathToFileURL(path.join(repository, 'site/.vitepress/search.mjs')).href);
  // Fields as in VitePress' theme, VPLocalSearchBox.vue of 1.6.4.
  const loaded = MiniSearch.loadJSON(index, { fields: ['title', 'titles', 'text'], storeFields: ['title', 'titles'], searchOptions });
  return (word) => [...new Set<string>(loaded.search(word).map(({ id }: { id: string }) => id.replace(/#.*$/, '')))].slice(0, FIRST_RESULTS);
}
