import { InputProblem } from '../input/input-error';
import { checkArguments } from '../input/props';
import { isUnresolved } from '../terraform/text';

/** The settings of a `registry_auth` entry. */
interface Login {
  readonly configFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly anonymous?: boolean;
}

/** The file that `docker login` writes. */
const DOCKER_CONFIG_FILE = '~/.docker/config.json';

/**
 * The credentials of a registry. They are part of the provider's configuration, so neither the synthesized files nor Terraform's state
 * contain a secret.
 * @example
 * const token = new TerraformVariable(this, 'token', { type: 'string', sensitive: true });
 * ImageRegistry.of('registry.example.com/team', { credentials: RegistryCredentials.usernameAndPassword('ci', token.stringValue) });
 */
export class RegistryCredentials {
  /**
   * The credentials of `docker login` on the machine that runs Terraform, credential helpers included.
   *
   * @param file Docker's configuration file, which must exist. A leading `~/` is the home directory.
   */
  public static dockerConfig(file: string = DOCKER_CONFIG_FILE): RegistryCredentials {
    checkArguments('RegistryCredentials.dockerConfig', { file }, () => fileProblem(file));
    return new RegistryCredentials({ configFile: file });
  }

  /**
   * A user name and a password or access token, for example from variables of a pipeline.
   *
   * @param username text, or a Terraform variable
   * @param password a Terraform variable or an attribute of another resource. Plain text is refused: the synthesized files would show it
   * @sensitive password
   */
  public static usernameAndPassword(username: string, password: string): RegistryCredentials {
    checkArguments('RegistryCredentials.usernameAndPassword', { username, password }, () => usernameProblem(username) ?? passwordProblem(password));
    return new RegistryCredentials({ username, password });
  }

  /** No login: the registry lets everyone push or pull. */
  public static anonymous(): RegistryCredentials {
    return new RegistryCredentials({ anonymous: true });
  }

  private constructor(private readonly login: Login) {}

  /** @internal */
  public _login(): Login {
    return this.login;
  }
}

function fileProblem(file: string): InputProblem | undefined {
  return file !== '' ? undefined : {
    what: 'no file with the credentials of a registry',
    given: file,
    allowed: 'the path of Docker\'s config.json',
    remedy: 'leave the path out for the one that `docker login` writes',
  };
}

function usernameProblem(username: string): InputProblem | undefined {
  return username !== '' ? undefined : {
    what: 'no user name for a registry',
    given: username,
    allowed: 'the name that `docker login` takes',
    remedy: 'give the name, or use RegistryCredentials.anonymous()',
  };
}

function passwordProblem(password: string): InputProblem | undefined {
  return isUnresolved(password) ? undefined : {
    what: 'the password of a registry is text, which would be readable in the synthesized files',
    allowed: 'the value of a Terraform variable, or an attribute of another resource',
    remedy: 'declare `new TerraformVariable(stack, "registry_password", { sensitive: true })` and pass its stringValue; '
      + 'it is set with TF_VAR_registry_password',
  };
}
