import { Program } from '../../lib/command/program';
import { type Configuration, configurationOf } from '../../lib/command/stack/configuration';

/** Reads the only stack of a directory that an app was synthesized to. */
export function readConfiguration(outputDirectory: string): Configuration {
  return configurationOf(Program.read({ output: outputDirectory }));
}
