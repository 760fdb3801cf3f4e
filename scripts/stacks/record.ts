import * as fs from 'node:fs';
import { TerraformStack } from 'cdktf';

/** One synthesis of a stack. */
export interface Synthesis {
  /** Who made the stack: the full name of a test, an example, or a snippet's place. */
  readonly maker: string;
  /** The id of the stack in its app. */
  readonly stack: string;
  /** What Terraform reads. */
  readonly json: unknown;
}

/**
 * Appends every later synthesis of this process to a file, one JSON text a line.
 *
 * @param maker called at each synthesis: who makes the stack
 */
export function recordSyntheses(file: string, maker: () => string): void {
  const original = TerraformStack.prototype.toTerraform;
  TerraformStack.prototype.toTerraform = function (this: TerraformStack) {
    const json = original.call(this);
    const synthesis: Synthesis = { maker: maker(), stack: this.node.id, json };
    fs.appendFileSync(file, `${JSON.stringify(synthesis)}\n`);
    return json;
  };
}
