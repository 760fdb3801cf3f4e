/** An error whose text is all that the user needs: it is printed without a stack. */
export class UserError extends Error {}
