import * as path from 'node:path';
import * as ts from 'typescript';
import { type Snippet, complete } from './snippet';

/**
 * Compiles snippets against the library's sources, all of them in one program.
 *
 * @param repository where the library, its dependencies and the fixtures are
 * @returns one text for each mistake, with the place in the documentation
 */
export function compileSnippets(snippets: readonly Snippet[], repository: string): string[] {
  const sources = new Map(snippets.map((snippet, index) => {
    // Beside the library, so that imports find what is installed for it. The files are never written.
    return [path.join(repository, `snippet-${index}.ts`), { snippet, completed: complete(snippet, path.join(repository, 'rosetta')) }];
  }));
  const options: ts.CompilerOptions = {
    ...ts.readConfigFile(path.join(repository, 'tsconfig.json'), ts.sys.readFile).config.compilerOptions,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    moduleDetection: ts.ModuleDetectionKind.Force,
    lib: ['lib.es2022.d.ts'],
    types: ['node'],
    paths: { 'cdktf-go-docker': [path.join(repository, 'lib', 'index.ts')] },
    noEmit: true,
    rootDir: undefined,
    // A snippet shows how something is made, and need not use it.
    noUnusedLocals: false,
  };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  const text = (file: string) => sources.get(path.resolve(file))?.completed.text;
  host.readFile = (file) => text(file) ?? readFile(file);
  host.fileExists = (file) => sources.has(path.resolve(file)) || fileExists(file);
  host.getSourceFile = (file, languageVersion, ...rest) => {
    const own = text(file);
    return own === undefined ? getSourceFile(file, languageVersion, ...rest) : ts.createSourceFile(file, own, languageVersion);
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n  ');
    const source = diagnostic.file && sources.get(path.resolve(diagnostic.file.fileName));
    if (!source || !diagnostic.file) {
      return `${diagnostic.file?.fileName ?? 'compiler'}: ${message}`;
    }
    const line = source.completed.lineOfSnippet(diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line);
    return `${source.snippet.file}:${source.snippet.line + 1 + line}: ${message}`;
  });
}
