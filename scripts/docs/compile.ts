import * as path from 'node:path';
import * as ts from 'typescript';
import { type CompleteSource, type Snippet, complete } from './snippet';

/**
 * Compiles snippets against the library's sources, all of them in one program.
 *
 * @param repository where the library, its dependencies and the fixtures are
 * @returns one text for each mistake, with the place in the documentation
 */
export function compileSnippets(snippets: readonly Snippet[], repository: string): string[] {
  const sources = new Map<string, { readonly snippet: Snippet; readonly completed: CompleteSource }>();
  const packages: Record<string, string[]> = {};
  snippets.forEach((snippet, index) => {
    // Beside the library, so that imports find what is installed for it. The files are never written.
    const named = path.join(repository, 'snippets', path.basename(snippet.file, '.md'), snippet.name ?? '');
    const file = snippet.name === undefined || sources.has(named) ? path.join(repository, `snippet-${index}.ts`) : named;
    sources.set(file, { snippet, completed: complete(snippet, path.join(repository, 'rosetta')) });
    const [, own] = /^([\w-]+)\/index\.ts$/.exec(snippet.name ?? '') ?? [];
    if (own !== undefined) {
      // The documentation's package `platform` is `@acme/platform`.
      packages[`@acme/${own}`] = [file];
    }
  });
  const options: ts.CompilerOptions = {
    ...ts.readConfigFile(path.join(repository, 'tsconfig.json'), ts.sys.readFile).config.compilerOptions,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    moduleDetection: ts.ModuleDetectionKind.Force,
    lib: ['lib.es2022.d.ts'],
    types: ['node'],
    paths: { 'cdktf-go-docker': [path.join(repository, 'lib', 'index.ts')], ...packages },
    noEmit: true,
    rootDir: undefined,
    // A snippet shows how something is made, and need not use it.
    noUnusedLocals: false,
  };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, directoryExists, getSourceFile } = host;
  const directories = new Set([...sources.keys()].map((file) => path.dirname(file)));
  const text = (file: string) => sources.get(path.resolve(file))?.completed.text;
  host.readFile = (file) => text(file) ?? readFile(file);
  host.fileExists = (file) => sources.has(path.resolve(file)) || fileExists(file);
  host.directoryExists = (directory) => directories.has(path.resolve(directory)) || directoryExists!(directory);
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
