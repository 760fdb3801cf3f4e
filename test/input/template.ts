/** What a text of Terraform's JSON says: references and functions on one side, what is data on the other. */
export interface ReadTemplate {
  /** Everything that Terraform evaluates, without the quoted texts in it. */
  readonly code: string;
  /** The texts that stay as they are, with their escapes removed. */
  readonly texts: readonly string[];
}

/**
 * Reads a string of Terraform's JSON syntax as Terraform does.
 * Source: https://developer.hashicorp.com/terraform/language/expressions/strings
 */
export function readTemplate(template: string): ReadTemplate {
  const reader = new TemplateReader(template);
  reader.text('', false);
  return reader;
}

class TemplateReader implements ReadTemplate {
  public code = '';
  public readonly texts: string[] = [];
  private at = 0;

  public constructor(private readonly template: string) {}

  /** Reads text up to `end`, with the expressions in it. Backslashes escape in quoted texts only. */
  public text(end: string, isQuoted: boolean): void {
    let text = '';
    while (this.at < this.template.length) {
      const rest = this.template.slice(this.at);
      if (end !== '' && rest.startsWith(end)) {
        break;
      } else if (rest.startsWith('$${') || rest.startsWith('%%{')) {
        text += rest.slice(1, 3);
        this.at += 3;
      } else if (/^\$\{"\$+"\}/.test(rest)) {
        // A quoted text alone is text as well.
        text += /\$+(?=")/.exec(rest)![0];
        this.at += rest.indexOf('}') + 1;
      } else if (rest.startsWith('${') || rest.startsWith('%{')) {
        this.at += 2;
        this.expression();
        this.texts.push(text);
        text = '';
      } else if (isQuoted && rest.startsWith('\\')) {
        const [escape, hexadecimal] = /^\\(?:u([0-9a-fA-F]{4})|.)/s.exec(rest)!;
        text += hexadecimal === undefined ? JSON.parse(`"${escape}"`) : String.fromCharCode(parseInt(hexadecimal, 16));
        this.at += escape.length;
      } else {
        text += rest[0];
        this.at++;
      }
    }
    this.at += end.length;
    this.texts.push(text);
  }

  private expression(): void {
    for (let depth = 1; depth > 0 && this.at < this.template.length;) {
      const character = this.template[this.at++];
      if (character === '"') {
        this.text('"', true);
      } else {
        depth += character === '{' ? 1 : character === '}' ? -1 : 0;
        this.code += character;
      }
    }
    this.code += '\n';
  }
}
