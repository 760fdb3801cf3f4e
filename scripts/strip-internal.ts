/**
 * Removes internal members (`_name`) from the compiled declarations, so that users' editors offer what is public alone.
 *
 * The compiler's own `stripInternal` would also remove the internal base class of images, whose members are public.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';

const LIBRARY = path.join(__dirname, '..', 'lib');

function isInternal(member: ts.Node): boolean {
  const { name } = member as ts.ClassElement;
  return name !== undefined && ts.isIdentifier(name) && name.text.startsWith('_');
}

function stripped(file: string): string {
  const text = fs.readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const members = source.statements.flatMap((statement) =>
    ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement) ? [...statement.members] : []);
  return members.filter(isInternal).reverse().reduce((rest, member) => rest.slice(0, member.getFullStart()) + rest.slice(member.end), text);
}

for (const entry of fs.readdirSync(LIBRARY, { withFileTypes: true, recursive: true })) {
  const file = path.join(entry.parentPath, entry.name);
  if (entry.isFile() && file.endsWith('.d.ts')) {
    fs.writeFileSync(file, stripped(file));
  }
}
