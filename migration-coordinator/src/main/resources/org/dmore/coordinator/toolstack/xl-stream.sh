#!/bin/sh
# One migration by xl, whose last word is held back until it is decided. FOLDER has its state:
#
#   run FOLDER VM PEER   migrates VM to PEER, in socat's words; leaves xl's status in FOLDER/status
#   gate FOLDER PEER     xl's transport, started by xl: what it writes goes to PEER, what PEER says
#                        comes back, but the report that all is there only after FOLDER/go says so
#   go FOLDER            lets a copy that has landed be the VM; stop FOLDER gives it up
#   cut FOLDER           ends the connection of one that has not landed
#
# The receiver says: a banner of 54 bytes; when it has all, a report of 34 (tools/xl/xl.h of Xen:
# migrate_receiver_banner, migrate_receiver_ready); once it was let go, how that went.
folder=$2

case $1 in
  run)
    mkfifo "$folder/go" "$folder/answers" || exit 1
    # Not killed with whoever started this.
    trap "" HUP INT TERM
    xl migrate -s '' "$3" "exec sh '$folder/xl-stream.sh' gate '$folder' '$4'"
    echo $? > "$folder/status.new"
    mv "$folder/status.new" "$folder/status"
    ;;
  gate)
    exec 3<&0
    socat -b 262144 - "$3" <&3 > "$folder/answers" &
    peer=$!
    echo "$peer" > "$folder/peer"
    exec 3<&- < "$folder/answers"
    # What starts everything ignores the other signals, and so does all that it starts.
    trap 'kill -KILL "$peer" 2> /dev/null' EXIT
    dd bs=1 count=54 2> /dev/null
    dd bs=1 count=34 of="$folder/ready.part" 2> /dev/null
    [ "$(wc -c < "$folder/ready.part")" -eq 34 ] || exit 1
    mv "$folder/ready.part" "$folder/ready"
    read -r word < "$folder/go" && [ "$word" = go ] || exit 1
    cat "$folder/ready"
    cat
    ;;
  go | stop)
    echo "$1" > "$folder/go"
    ;;
  cut)
    read -r peer < "$folder/peer" && kill -KILL "$peer"
    ;;
esac
