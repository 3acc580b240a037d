package org.dmore.coordinator.api;

import java.util.Map;

/**
 * A whole answer.
 *
 * @param status HTTP's status
 * @param contentType what the body is; empty if there is no body
 * @param headers others
 * @param body the body; UTF-8 on its way
 */
record Answer(int status, String contentType, Map<String, String> headers, String body) {}
