/*
 * A boot sector for a PC with Bochs' or QEMU's standard VGA on PCI: 800x600 in 32 bits. It answers
 * each scan code of the keyboard with one byte on the first serial port (the scan code), and the key
 * b, when it is pressed, also fills a block with the other of two colours. Otherwise it halts.
 */
        .set    WIDTH, 800
        .set    HEIGHT, 600
        .set    LEFT, 320
        .set    TOP, 240
        .set    BLOCK, 64
        .set    COLOUR, 0x2060c0
        .set    OTHER, 0xe0a020
        .set    PRESS_B, 0x30           /* scan code set 1 */
        .set    COM1, 0x3f8
        .set    KEYBOARD, 0x60
        .set    PIC, 0x20
        .set    VBE, 0x1ce              /* index; the data are at the next port */
        .set    VBE_ENABLE, 4
        .set    VECTOR, 9 * 4           /* IRQ 1 in the BIOS' numbering */

        .code16
        .text
        .globl  _start
_start:
        cli
        xorw    %ax, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        movw    $0x7c00, %sp
        ljmp    $0, $1f
1:
        /* fs gets a limit of 4 GiB in protected mode and keeps it in real mode. */
        lgdt    gdt_pointer
        movl    %cr0, %eax
        incw    %ax
        movl    %eax, %cr0
        movw    $8, %bx
        movw    %bx, %fs
        decw    %ax
        movl    %eax, %cr0
        xorw    %bx, %bx
        movw    %bx, %fs

        /* The mode, as pairs of index and value. */
        movw    $mode, %si
        movw    $4, %cx
2:      movw    $VBE, %dx
        lodsw
        outw    %ax, %dx
        incw    %dx
        lodsw
        outw    %ax, %dx
        loop    2b

        /* The framebuffer: base address 0 of the first display controller on PCI bus 0. */
        movl    $0x80000008, %ebx       /* class, of device 0 */
3:      movl    %ebx, %eax
        movw    $0xcf8, %dx
        outl    %eax, %dx
        movw    $0xcfc, %dx
        inl     %dx, %eax
        shrl    $24, %eax
        cmpb    $3, %al
        je      4f
        addl    $0x800, %ebx            /* the next device */
        jmp     3b
4:      leal    8(%ebx), %eax
        movw    $0xcf8, %dx
        outl    %eax, %dx
        movw    $0xcfc, %dx
        inl     %dx, %eax
        andb    $0xf0, %al
        addl    $((TOP * WIDTH + LEFT) * 4), %eax
        movl    %eax, block

        movw    $key, VECTOR
        movw    $0, VECTOR + 2
        movb    $0xfd, %al              /* IRQ 1 alone: the timer would wake the processor */
        outb    %al, $(PIC + 1)

        movw    $ready, %si
        movw    $COM1, %dx
5:      lodsb
        testb   %al, %al
        jz      6f
        outb    %al, %dx
        jmp     5b
6:      sti
7:      hlt
        jmp     7b

key:
        inb     $KEYBOARD, %al
        movw    $COM1, %dx
        outb    %al, %dx
        cmpb    $PRESS_B, %al
        jne     9f
        movl    colour, %eax
        xorl    $(COLOUR ^ OTHER), colour
        movl    block, %ebx
        movw    $BLOCK, %bp
8:      movl    $BLOCK, %ecx
        movl    %ebx, %edi
10:     movl    %eax, %fs:(%edi)
        addl    $4, %edi
        loopl   10b
        addl    $(WIDTH * 4), %ebx
        decw    %bp
        jnz     8b
9:      movb    $0x20, %al              /* end of interrupt */
        outb    %al, $PIC
        iretw

        .balign 8
gdt:    .quad   0
        .quad   0x00cf92000000ffff      /* data, all memory, writable */
gdt_pointer:
        .word   . - gdt - 1
        .long   gdt
mode:   .word   1, WIDTH, 2, HEIGHT, 3, 32, VBE_ENABLE, 0x41
colour: .long   COLOUR
block:  .long   0
ready:  .asciz  "ready\n"

        .org    510
        .word   0xaa55
