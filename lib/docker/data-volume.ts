import { Volume } from '@cdktf/provider-docker/lib/volume';
import { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { literal, literalArgument } from '../terraform/text';

export interface DataVolumeSettings {
  readonly name: string;
  readonly major: number;
  readonly provider?: TerraformProvider;
}

/**
 * The volume for data without protection, of one major version.
 *
 * Terraform would replace a renamed volume and lose its data. It therefore ignores a new name. A postcondition fails the plan and explains
 * what to do.
 */
export function dataVolume(scope: Construct, id: string, settings: DataVolumeSettings): Volume {
  const { major } = settings;
  const name = literal(settings.name);
  return new Volume(scope, id, {
    name,
    lifecycle: {
      ignoreChanges: ['name'],
      postcondition: [{
        condition: `\${self.name == ${literalArgument(settings.name)}}`,
        errorMessage: `${literal(scope.node.path)}: the data is in the volume \${self.name}, but this stack asks for ${name}. Nothing has been changed.\n`
          + 'The name ends with the major version of PostgreSQL, because a server cannot read data of another one.\n'
          + `- To upgrade: keep version ${major} and add upgradeFrom with the version that the volume's name ends with. When the database`
          + ' was upgraded by the last apply, first apply once without upgradeFrom.\n'
          + '- To go back to a version: set that version. A downgrade is not possible; restore a backup into a new database.\n'
          + '- When only volumeName or the construct\'s place has changed: set volumeName to the old name without the version.\n'
          + '- To begin with an empty database and lose this one: run terraform apply -replace with this resource\'s address.',
      }],
    },
    provider: settings.provider,
  });
}
