// An error of the extension, told by its SQLSTATE; "cause" is the driver's own.
export class AuthError extends Error {
  constructor(cause) {
    super(cause.message, { cause });
    this.name = this.constructor.name;
    this.code = cause.code;
    this.detail = cause.detail;
  }
}
