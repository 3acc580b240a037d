package org.dmore.coordinator.cli.hostd;

import picocli.CommandLine;

/** The commands for operators and users. */
public final class HostdCommands {
  private HostdCommands() {}

  /** Adds them. */
  public static void addTo(CommandLine line, Workplace workplace) {
    line.addSubcommand(HostsCommand.with(workplace));
    line.addSubcommand(PairsCommand.with(workplace));
    line.addSubcommand(new MigrateCommand(workplace));
    line.addSubcommand(MigrationsCommand.with(workplace));
    line.addSubcommand(new DrainCommand(workplace));
    line.addSubcommand(new UndrainCommand(workplace));
    line.addSubcommand(ConsoleCommand.with(workplace));
    line.addSubcommand(new ScreenshotCommand(workplace));
    line.addSubcommand(new TypeCommand(workplace));
    line.addSubcommand(new KeysCommand(workplace));
    line.addSubcommand(new PowerCommand(workplace));
    line.addSubcommand(new CompletionCommand());
  }
}
