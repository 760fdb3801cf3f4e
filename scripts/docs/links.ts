import * as fs from 'node:fs';
import * as path from 'node:path';

/** The relative links of a Markdown file that lead nowhere: to files that are not there, or to headings or anchors that no file has. */
export function brokenLinks(file: string, repository: string): string[] {
  const text = fs.readFileSync(path.join(repository, file), 'utf8');
  return withoutCode(text).flatMap((line, index) => [...line.matchAll(/\]\(([^)\s]+)\)|<a href="([^"]+)"/g)].flatMap(([, inMarkdown, inHtml]) => {
    const target = inMarkdown ?? inHtml;
    if (/^[a-z]+:/.test(target)) {
      return [];
    }
    const [to, heading] = target.split('#');
    const destination = to === '' ? path.join(repository, file) : path.join(repository, path.dirname(file), to);
    const there = fs.existsSync(destination);
    const leads = there && (heading === undefined || anchors(destination).has(heading));
    return leads ? [] : [`${file}:${index + 1}: ${there ? `there is no heading #${heading} in` : 'there is no'} ${to === '' ? file : to}`];
  }));
}

/** The anchor that GitHub gives to a heading. The site gives the same, so that links lead to the same places. */
export function anchorOf(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replace(/ /g, '-');
}

const known = new Map<string, Set<string>>();

/** The anchors of a file: those that GitHub gives to its headings, and those that it names itself. */
function anchors(file: string): Set<string> {
  const found = known.get(file) ?? new Set(withoutCode(fs.readFileSync(file, 'utf8')).flatMap((line) => {
    const title = /^#{1,6} (.*)$/.exec(line)?.[1];
    const named = [...line.matchAll(/<a [^>]*\bid="([^"]+)"/g)].map(([, id]) => id);
    return title === undefined ? named : [...named, anchorOf(title)];
  }));
  known.set(file, found);
  return found;
}

function withoutCode(text: string): string[] {
  let inside = false;
  return text.split('\n').map((line) => {
    const fence = line.startsWith('```');
    inside = fence ? !inside : inside;
    return fence || inside ? '' : line;
  });
}
