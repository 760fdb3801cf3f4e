import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DefaultTheme, defineConfig } from 'vitepress';
import { anchorOf } from '../../scripts/docs/links';
import { addressOf, writePages } from '../../scripts/site/pages';
import { searchOptions } from './search.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const pages = path.join(here, '..', '.pages');

/** Copied before VitePress looks for pages. An edit of a page shows after `npm run dev` has started again. */
const { groups, topics } = writePages(path.join(here, '..', '..'), pages);

const address = (file: string) => `/${addressOf(file).replace(/(index)?\.md$/, '')}`;

/** The reference has a navigation of its own: the classes of each topic. */
const reference: DefaultTheme.SidebarItem[] = [
  { text: 'All classes and props', link: '/reference/' },
  ...Object.entries(topics).map(([text, types]) => {
    return { text, collapsed: false, items: types.map((type) => ({ text: type, link: `/reference/${type}` })) };
  }),
];

export default defineConfig({
  title: 'cdktf-go-docker',
  description: 'Go services and PostgreSQL on your own Docker host, in TypeScript, reviewed as a Terraform plan',
  lang: 'en',
  // Where the site is below its host, for example `/cdktf-go-docker/` on GitHub Pages.
  base: process.env.DOCS_BASE ?? '/',
  srcDir: pages,
  outDir: path.join(here, '..', 'dist'),
  cleanUrls: true,
  // The default, and said here because it is a promise: a link that leads nowhere fails the build.
  ignoreDeadLinks: false,
  head: [['meta', { name: 'theme-color', content: '#0969da' }]],
  markdown: {
    theme: { light: 'github-light', dark: 'github-dark' },
    anchor: { slugify: anchorOf },
    config: (md) => {
      // Vue would take `{{` of Docker's and Go's templates for its own, in text and in code.
      for (const rule of ['text', 'code_inline'] as const) {
        const render = md.renderer.rules[rule]!;
        md.renderer.rules[rule] = (...all) => render(...all).replaceAll('{{', '&#123;&#123;');
      }
      const fence = md.renderer.rules.fence!;
      md.renderer.rules.fence = (tokens, index, options, env, self) => tokens[index].info.trim() === 'mermaid'
        ? `<MermaidPicture code="${encodeURIComponent(tokens[index].content)}" />`
        : fence(tokens, index, options, env, self);
    },
  },
  themeConfig: {
    nav: groups.map(({ title, pages: [first] }) => ({ text: title, link: address(first.file) })),
    sidebar: {
      '/reference/': reference,
      '/': groups.map(({ title, pages: own }) => ({ text: title, items: own.map((page) => ({ text: page.title, link: address(page.file) })) })),
    },
    outline: { level: [2, 3] },
    search: { provider: 'local', options: { detailedView: true, miniSearch: { searchOptions } } },
  },
});
