/** Ruby programs are embedded as text. */
declare module "*.rb" {
  const text: string;
  export default text;
}
