package org.dmore.coordinator.demo.guest;

import java.util.function.Consumer;

/**
 * A command of the shell.
 *
 * @param usage the name and its arguments, as help shows them
 * @param action takes what follows the name, without the spaces around it
 */
record Command(String name, String usage, String summary, Consumer<String> action) {}
