/** Keys of programs as `/v1` has them, and the words for them. */
export type KeyKind = "access-keys" | "api-keys";

export interface Key {
  id: string;
  /** What an API key is for. */
  label?: string;
  created_at: string;
  disabled_at: string | null;
  last_used_at: string | null;
  person_id: string;
  email: string;
  name: string;
  person_disabled: boolean;
}

export interface MadeKey extends Key {
  secret: string;
}

export const KIND_WORDS: Record<
  KeyKind,
  { title: string; make: string; purpose: string; none: string; whose: string }
> = {
  "access-keys": {
    title: "Access keys for the AWS wire",
    make: "New access key",
    purpose:
      "boto3 and other AWS clients sign with them. Only administrators' keys may call operations of A2I and SageMaker.",
    none: "There is no access key. Make one to start human loops with an AWS client.",
    whose: "Only administrators' keys may call these operations, so they alone are listed.",
  },
  "api-keys": {
    title: "API keys",
    make: "New API key",
    purpose: "Programs send them to /v1 as bearer keys, and may do what their person may.",
    none: "There is no API key. Make one for a program that calls /v1.",
    whose: "The program may do what this person may.",
  },
};
