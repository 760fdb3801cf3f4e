import * as fs from 'node:fs';
import * as path from 'node:path';
import { Documentation, type JsiiEntity, Language, type MarkdownDocument, MarkdownRenderer } from 'jsii-docgen';

/** The directory of the reference, relative to the repository. */
export const REFERENCE = path.join('docs', 'reference');

/** A class, struct, interface or enum. */
interface Type {
  readonly id: string;
  readonly displayName: string;
  readonly docs?: { readonly summary?: string };
}

/**
 * Writes the reference of the compiled library: a page for each type, and an index with the name README.md.
 *
 * @param repository where the library is compiled
 */
export async function writeReference(repository: string): Promise<void> {
  const directory = path.join(repository, REFERENCE);
  const documentation = await Documentation.forProject(repository);
  try {
    const { metadata, apiReference } = (await documentation.toJson({ language: Language.TYPESCRIPT })).content;
    const { constructs, structs, classes, interfaces, enums } = apiReference!;
    const linkFormatter = (entity: JsiiEntity) => link(metadata.packageName, entity);
    const renderer = new MarkdownRenderer({ ...metadata, language: Language.TYPESCRIPT, linkFormatter });
    const index = [`# Reference of ${metadata.packageName}`, ''];
    const pages = <T extends Type>(title: string, types: readonly T[], render: (type: T) => MarkdownDocument): void => {
      index.push(...types.length > 0 ? [`## ${title}`, ''] : []);
      types.forEach((type) => {
        fs.writeFileSync(path.join(directory, page(type)), `${render(type).render(1)}\n`);
        index.push(`- [${type.displayName}](${page(type)}): ${(type.docs?.summary ?? '').replace(/\s+/g, ' ')}`);
      });
      index.push(...types.length > 0 ? [''] : []);
    };
    fs.rmSync(directory, { recursive: true, force: true });
    fs.mkdirSync(directory, { recursive: true });
    pages('Constructs', constructs, (type) => renderer.visitConstruct(type));
    pages('Classes', classes, (type) => renderer.visitClass(type));
    pages('Structs', structs, (type) => renderer.visitStruct(type));
    pages('Interfaces', interfaces, (type) => renderer.visitInterface(type));
    pages('Enums', enums, (type) => renderer.visitEnum(type));
    fs.writeFileSync(path.join(directory, 'README.md'), index.join('\n'));
  } finally {
    await documentation.cleanup();
  }
}

/** The id of a type is the package's name and its own: `cdktf-go-docker.Gateway`. Ids of members continue it. */
function page({ id }: { readonly id: string }): string {
  return `${id.split('.')[1]}.md`;
}

function link(packageName: string, entity: JsiiEntity): string {
  return entity.packageName === packageName ? `<a href="${page(entity)}#${entity.id}">${entity.displayName}</a>` : entity.fqn;
}
