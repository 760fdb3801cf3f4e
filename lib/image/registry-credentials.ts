import { InputProblem } from '../input/input-error';
import { checkArguments } from '../input/props';
import { isUnresolved } from '../terraform/text';

/** How a registry's user is known to the Docker provider. */
interface Login {
  readonly configFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly anonymous?: boolean;
}

/** Where `docker login` writes. */
const DOCKER_CONFIG_FILE = '~/.docker/config.json';

/**
 * Who pushes to and pulls from a registry. No kind of them puts a secret into the synthesized files or into Terraform's state:
 * they become part of the provider's configuration, which Terraform keeps nowhere.
 */
export class RegistryCredentials {
  /**
   * What `docker login` has stored on the machine that runs Terraform, credential helpers included.
   *
   * @param file Docker's configuration file; it has to exist. A leading `~/` is the home directory.
   */
  public static dockerConfig(file: string = DOCKER_CONFIG_FILE): RegistryCredentials {
    checkArguments('RegistryCredentials.dockerConfig', { file }, () => fileProblem(file));
    return new RegistryCredentials({ configFile: file });
  }

  /**
   * A user name and a password or access token, as in a pipeline that has them as variables.
   *
   * @param username text, or a Terraform variable
   * @param password the value of a Terraform variable or an attribute of another resource; text is an error, because it would be
   *   readable in the synthesized files
   * @sensitive password
   */
  public static usernameAndPassword(username: string, password: string): RegistryCredentials {
    checkArguments('RegistryCredentials.usernameAndPassword', { username, password }, () => usernameProblem(username) ?? passwordProblem(password));
    return new RegistryCredentials({ username, password });
  }

  /** Nobody: the registry lets everyone push or pull. */
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
