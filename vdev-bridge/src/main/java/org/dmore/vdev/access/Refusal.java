package org.dmore.vdev.access;

/** Why a credential does not let in. */
public enum Refusal {
  /** No password is the one that was given. */
  PASSWORD("wrong-password"),
  /** No tokens are taken here. */
  TOKENS_OFF("tokens-off"),
  /** It is no compact JWS of at most {@value TokenReader#MAX_LENGTH} characters. */
  MALFORMED("token-malformed"),
  /** Its header is not exactly that of a console token: another algorithm, or more than it. */
  HEADER("token-header"),
  /** No issuer's key has that id. */
  KEY("token-key-unknown"),
  /** It was not signed with that key, or not as it is now. */
  SIGNATURE("token-signature"),
  /** Its claims are not those of a console token, or another issuer's than the key's. */
  CLAIMS("token-claims"),
  /** It is for another VM. */
  VM("token-other-vm"),
  /** Its time is over. */
  EXPIRED("token-expired"),
  /** Its time has not come. */
  NOT_YET("token-not-yet-valid"),
  /** It would live longer than any may. */
  LIFETIME("token-lives-too-long"),
  /** It was used as often as it may be. */
  USED("token-used"),
  /** It, or all that are as old, was revoked. */
  REVOKED("token-revoked"),
  /** It may be used so often only, and is older than what is known here of uses. */
  BEFORE_MEMORY("token-older-than-memory"),
  /** That it was used cannot be kept. */
  MEMORY("uses-cannot-be-kept");

  private final String text;

  Refusal(String text) {
    this.text = text;
  }

  /** As audits have it: words with hyphens. */
  public String text() {
    return text;
  }
}
