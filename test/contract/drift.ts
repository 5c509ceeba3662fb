/** Finds where the two languages' documents differ, so that the compiler names the field. */

/**
 * The paths at which a receiver of `To` would not understand what a sender of `From` sends: a field
 * that only one of them has, a value of a kind that the receiver does not know. `never` for none.
 */
export type Drift<From, To, Path extends string = ""> =
  | Unknown<Exclude<From, object>, Exclude<To, object>, Path>
  | ListDrift<Extract<From, readonly unknown[]>, Extract<To, readonly unknown[]>, Path>
  | FieldDrift<Fields<From>, Fields<To>, Path>;

type Unknown<From, To, Path extends string> = [From] extends [To] ? never : Path;

type ListDrift<From, To, Path extends string> = [From] extends [never]
  ? [To] extends [never]
    ? never
    : Path
  : [To] extends [never]
    ? Path
    : Drift<Item<From>, Item<To>, `${Path}[]`>;

type Item<List> = List extends readonly (infer One)[] ? One : never;

/** The objects among the alternatives. */
type Fields<T> = Exclude<Extract<T, object>, readonly unknown[]>;

type FieldDrift<From, To, Path extends string> =
  | At<Path, Exclude<Keys<From>, Keys<To>> | Exclude<Keys<To>, Keys<From>>>
  | At<Path, Lacking<From, RequiredKeys<To>>>
  | {
      [Key in Keys<From> & Keys<To>]: Drift<Value<From, Key>, Value<To, Key>, At<Path, Key>>;
    }[Keys<From> & Keys<To>];

type At<Path extends string, Key extends string> = Path extends "" ? Key : `${Path}.${Key}`;

// Of several alternatives: every field that one of them has.
type Keys<T> = T extends unknown ? keyof T & string : never;
type Value<T, Key> = T extends unknown ? (Key extends keyof T ? Defined<T[Key]> : never) : never;
type Defined<T> = Exclude<T, undefined>;
type RequiredKeys<T> = {
  [Key in keyof T & string]: undefined extends T[Key] ? never : Key;
}[keyof T & string];
/** What one of the alternatives lacks. */
type Lacking<T, Required> = T extends unknown ? Exclude<Required, RequiredKeys<T>> & string : never;
