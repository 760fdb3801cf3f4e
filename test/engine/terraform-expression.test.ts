import { evaluate } from './harness/terraform-expression';

/** The texts on the right are what `terraform console` 1.11 prints for the expressions on the left. */
describe('the engine tests read a synthesized value as Terraform does:', () => {
  const references: Record<string, unknown> = { 'docker_image.app.image_id': 'sha256:1', 'terraform_data.x.triggers_replace.secret': 'a b+c' };
  const read = async (value: unknown) => evaluate(value, async (path) => references[path.join('.')]);

  test.each<[unknown, unknown]>([
    ['plain', 'plain'],
    ['', ''],
    ['$${HOME} %%{ if x } $HOME $(id)', '${HOME} %{ if x } $HOME $(id)'],
    ['${docker_image.app.image_id}', 'sha256:1'],
    ['id ${docker_image.app.image_id}!', 'id sha256:1!'],
    ['${sensitive(terraform_data.x.triggers_replace.secret)}', 'a b+c'],
    ['${replace(urlencode(terraform_data.x.triggers_replace["secret"]), "+", "%20")}', 'a%20b%2Bc'],
    ['${urlencode("p@ss/w:rd?#%&+= \\"\'()!*~é")}', 'p%40ss%2Fw%3Ard%3F%23%25%26%2B%3D+%22%27%28%29%21%2A~%C3%A9'],
    ['${join("-", ["a", "$${b}", "${docker_image.app.image_id}"])}', 'a-${b}-sha256:1'],
    ['${substr("héllo", 1, 3)}', 'éll'],
    ['${"a\\nb\\u00e9"}', 'a\nbé'],
    [{ '//': { metadata: 1 }, 'list': ['${docker_image.app.image_id}', 7, true] }, { list: ['sha256:1', 7, true] }],
  ])('%j', async (value, expected) => {
    expect(await read(value)).toEqual(expected);
  });

  test.each([
    ['${jsonencode("x")}', 'the function jsonencode'],
    ['%{ if true }', 'a template directive'],
    ['${1 + 2}', 'something other than }'],
  ])('%s is refused and not taken for text', async (value, problem) => {
    await expect(read(value)).rejects.toThrow(problem);
  });
});
